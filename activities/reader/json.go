package reader

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// document is a JSON text: the items are the elements of an array, or the
// members of an object, that is its root, or what ItemsPointer points to.
type document struct{ pointer []string }

func newDocument(config program.ReaderConfig) (content, error) {
	pointer, err := parsePointer(config.ItemsPointer)
	return texts{&document{pointer}}, err
}

// elements decodes the inside of an array or object from its middle.
type elements struct {
	*jsontext.Decoder
	fence *fence
	// base is the place in the source of the decoder's first byte.
	base int64
	// entries tells that the inside is that of an object.
	entries bool
}

// fence bounds how far a decoder may read ahead of what it has given, and so
// the memory it takes.
type fence struct {
	src         io.Reader
	read, limit int64
}

func (f *fence) Read(p []byte) (int, error) {
	if f.read >= f.limit {
		return 0, errLong
	}
	n, err := f.src.Read(p[:min(int64(len(p)), f.limit-f.read)])
	f.read += int64(n)
	return n, err
}

// decode begins in the middle of a source: the prefix stands for what was
// before the offset.
func decode(prefix string, src io.Reader, offset int64) *elements {
	f := &fence{src: io.MultiReader(strings.NewReader(prefix), src), limit: longest}
	d := jsontext.NewDecoder(f, jsontext.AllowDuplicateNames(true))
	return &elements{Decoder: d, fence: f, base: offset - int64(len(prefix))}
}

// next gives the place of the next element or member, and reports false at the
// end.
func (e *elements) next() (start, end int64, ok bool, err error) {
	e.fence.limit = e.InputOffset() + longest
	if kind := e.PeekKind(); kind == jsontext.KindEndArray || kind == jsontext.KindEndObject {
		return 0, 0, false, nil
	}
	first, err := e.ReadValue()
	start = e.base + e.InputOffset() - int64(len(first))
	if err == nil && e.entries {
		_, err = e.ReadValue()
	}
	return start, e.base + e.InputOffset(), true, err
}

// walk cuts between elements.
func (d *document) walk(t text, known *wire.Cursor, cut *cutter) (next int64, more bool, err error) {
	e, err := d.begin(t, known)
	if err != nil {
		return 0, false, t.syntax(e, err)
	}
	e.entries = known.Entries
	next = t.offset
	for !cut.enough() {
		start, end, ok, err := e.next()
		if err != nil {
			return 0, false, t.syntax(e, err)
		}
		if !ok {
			return 0, false, d.finish(t, e)
		}
		if !cut.add(start, end) {
			return next, true, nil
		}
		next = end
	}
	return 0, false, nil
}

// finish makes sure that nothing follows the last element but the end of the
// text. What is around the target of an ItemsPointer is not looked at.
func (d *document) finish(t text, e *elements) error {
	if len(d.pointer) > 0 {
		return nil
	}
	if _, err := e.ReadToken(); err != nil {
		return t.syntax(e, err)
	}
	at := e.base + e.InputOffset()
	switch _, err := e.ReadToken(); {
	case err == nil:
		return fault("%s is not JSON: there is more text after the value, after byte %d.", t.name, at)
	case errors.Is(err, io.EOF):
		return nil
	default:
		return t.syntax(e, err)
	}
}

// begin goes to the first element that has not been cut.
func (d *document) begin(t text, known *wire.Cursor) (*elements, error) {
	if t.offset > 0 {
		prefix := "[0"
		if known.Entries {
			prefix = `{"":0`
		}
		e := decode(prefix, t.Reader, t.offset)
		return e, e.resume(known.Entries)
	}
	w := newWindow(t.Reader, 0)
	err := w.skipMark()
	e := decode("", io.MultiReader(strings.NewReader(string(w.view())), w.src), w.offset)
	if err == nil {
		known.Entries, err = enter(e, d.pointer)
	}
	return e, err
}

// resume reads the prefix that stands for the elements before.
func (e *elements) resume(entries bool) error {
	tokens := 2
	if entries {
		tokens = 3
	}
	for range tokens {
		if _, err := e.ReadToken(); err != nil {
			return err
		}
	}
	return nil
}

// read decodes the elements of a shard.
func (d *document) read(t text, shard wire.Shard, yield func(Item) error) error {
	open, closing := "[", "]"
	if sourceOf(shard).Entries {
		open, closing = "{", "}"
	}
	e := decode(open, io.MultiReader(t.Reader, strings.NewReader(closing)), t.offset)
	if _, err := e.ReadToken(); err != nil {
		return t.syntax(e, err)
	}
	for index := shard.First; index < shard.First+shard.Items; index++ {
		e.fence.limit = e.InputOffset() + longest
		item, err := e.item(index, open == "{")
		if err != nil {
			return t.syntax(e, err)
		}
		if err := yield(item); err != nil {
			return err
		}
	}
	return nil
}

func (e *elements) item(index int64, entry bool) (Item, error) {
	if !entry {
		v, err := value.Decode(e.Decoder)
		return Item{Index: index, Value: v}, err
	}
	name, err := e.ReadToken()
	if err != nil {
		return Item{}, err
	}
	key := name.String()
	v, err := value.Decode(e.Decoder)
	return entryItem(index, key, v), err
}

// entryItem is the item of a member of an iterated object.
func entryItem(index int64, key string, v value.Value) Item {
	return Item{Index: index, Value: machine.Entry(key, v), Member: true}
}

// syntax tells a fault of the text from one of reading it.
func (t text) syntax(e *elements, err error) error {
	var bad *jsontext.SyntacticError
	switch {
	case errors.As(err, new(*Error)):
		return err
	case errors.Is(err, errLong):
		return fault("The item after byte %d of %s is longer than %d bytes.", e.base+e.InputOffset(), t.name, longest)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fault("%s is not JSON: %s, after byte %d.", t.name, endsEarly, e.base+e.InputOffset())
	case errors.As(err, &bad):
		return fault("%s is not JSON: %s, after byte %d.", t.name, bad.Err, e.base+e.InputOffset())
	}
	return err
}

const endsEarly = "it ends too early"

// notJSON tells what is wrong with a text that is not one JSON value, and at
// which of its bytes.
func notJSON(text []byte) (what string, at int64) {
	d := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true))
	_, err := d.ReadValue()
	var bad *jsontext.SyntacticError
	switch {
	case err == nil:
		return "there is more text after the value", d.InputOffset()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return endsEarly, int64(len(text))
	case errors.As(err, &bad):
		return bad.Err.Error(), bad.ByteOffset
	}
	return err.Error(), d.InputOffset()
}
