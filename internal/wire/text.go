package wire

import (
	"encoding/json"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// compressFrom is the length in bytes from which a text travels compressed.
const compressFrom = 4 << 10

// Text is a text that may be long: it travels as a plain string while it is
// short, compressed when it is not, and by reference when it went to staging.
type Text struct {
	plain string
	// ref is an s3:// URL; the text itself has to be fetched.
	ref string
}

// PlainText gives the Text with this content.
func PlainText(s string) Text { return Text{plain: s} }

// StagedText gives the Text that stands at an s3:// URL.
func StagedText(url string) Text { return Text{ref: url} }

// Staged gives the URL of a text that has to be fetched first, "" for others.
func (t Text) Staged() string { return t.ref }

// String gives the content. It is empty for a staged text.
func (t Text) String() string { return t.plain }

type textForm struct {
	Zstd []byte `json:"zstd,omitempty"`
	Ref  string `json:"ref,omitempty"`
}

// MarshalJSON gives a string, or an object with the compressed text or the
// reference.
func (t Text) MarshalJSON() ([]byte, error) {
	switch {
	case t.ref != "":
		return json.Marshal(textForm{Ref: t.ref})
	case len(t.plain) < compressFrom:
		return json.Marshal(t.plain)
	}
	w, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	return json.Marshal(textForm{Zstd: w.EncodeAll([]byte(t.plain), nil)})
}

// UnmarshalJSON reads what MarshalJSON gives.
func (t *Text) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		*t = Text{}
		return json.Unmarshal(data, &t.plain)
	}
	var form textForm
	if err := json.Unmarshal(data, &form); err != nil {
		return err
	}
	if form.Ref != "" {
		*t = StagedText(form.Ref)
		return nil
	}
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return err
	}
	defer r.Close()
	plain, err := r.DecodeAll(form.Zstd, nil)
	if err != nil {
		return fmt.Errorf("a compressed text cannot be read: %w", err)
	}
	*t = PlainText(string(plain))
	return nil
}
