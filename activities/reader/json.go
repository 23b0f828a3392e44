package reader

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// document reads the elements of an array, or the members of an object, of a
// JSON text: of its root, or of what ItemsPointer points to.
type document struct {
	object
	pointer []string
}

func openJSON(s Source) (Reader, error) {
	o, err := openObject(s)
	if err != nil {
		return nil, err
	}
	pointer, err := parsePointer(s.Run.Reader.Config.ItemsPointer)
	return &document{o, pointer}, err
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

// Plan cuts between elements.
func (d *document) Plan(ctx context.Context, from wire.Cursor, limits Limits) (Page, error) {
	begin := from.ETag == ""
	from, err := d.pin(ctx, from)
	if err != nil {
		return Page{}, err
	}
	var e *elements
	if begin {
		w := newWindow(d.rest(ctx, from), 0)
		if err := w.skipMark(); err != nil {
			return Page{}, unreadable(err)
		}
		e = decode("", io.MultiReader(strings.NewReader(string(w.view())), w.src), w.offset)
		if from.Entries, err = enter(e, d.pointer); err != nil {
			return Page{}, d.syntax(e, err)
		}
	} else {
		prefix := "[0"
		if from.Entries {
			prefix = `{"":0`
		}
		e = decode(prefix, d.rest(ctx, from), from.Offset)
		if err := e.resume(from.Entries); err != nil {
			return Page{}, d.syntax(e, err)
		}
	}
	e.entries = from.Entries
	cut := newCutter(from, limits, d.source.Run.Reader)
	last := from.Offset
	for !cut.enough() {
		start, end, ok, err := e.next()
		if err != nil {
			return Page{}, d.syntax(e, err)
		}
		if !ok {
			break
		}
		if !cut.add(start, end) {
			return cut.page(true, last), nil
		}
		last = end
	}
	return cut.page(false, 0), nil
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

// Read decodes the elements of a shard.
func (d *document) Read(ctx context.Context, shard wire.Shard, yield func(Item) error) error {
	open, closing := "[", "]"
	if sourceOf(shard).Entries {
		open, closing = "{", "}"
	}
	e := decode(open, io.MultiReader(d.stretch(ctx, shard), strings.NewReader(closing)), shard.Offset)
	if _, err := e.ReadToken(); err != nil {
		return d.syntax(e, err)
	}
	for index := shard.First; index < shard.First+shard.Items; index++ {
		e.fence.limit = e.InputOffset() + longest
		item, err := e.item(index, open == "{")
		if err != nil {
			return d.syntax(e, err)
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
	entry := value.OfObject(value.Member{Name: "Key", Value: value.OfString(key)}, value.Member{Name: "Value", Value: v})
	return Item{Index: index, Value: entry, Key: key}
}

// syntax tells a fault of the text from one of reading it.
func (d *document) syntax(e *elements, err error) error {
	var bad *jsontext.SyntacticError
	switch {
	case errors.Is(err, errLong):
		return fault("The item after byte %d of %s is longer than %d bytes.", e.base+e.InputOffset(), d.at, longest)
	case errors.As(err, &bad):
		return fault("%s is not JSON: %s, after byte %d.", d.at, bad.Err, e.base+e.InputOffset())
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fault("%s is not JSON: it ends too early.", d.at)
	}
	return unreadable(err)
}
