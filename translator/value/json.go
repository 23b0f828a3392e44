package value

import (
	"bytes"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// SyntaxError is a text that is not one JSON value. Offset is in bytes.
type SyntaxError struct {
	Offset int64
	Reason string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("not a JSON value: %s at byte %d", e.Reason, e.Offset)
}

// Parse reads exactly one JSON value. Of members with the same name the last
// one stands, as with AWS. The error is a *[SyntaxError].
func Parse(text []byte) (Value, error) {
	return parse(text)
}

// ParseString is Parse of a string.
func ParseString(text string) (Value, error) { return parse([]byte(text)) }

func parse(text []byte) (Value, error) {
	d := jsontext.NewDecoder(bytes.NewBuffer(text), jsontext.AllowDuplicateNames(true))
	v, err := Decode(d)
	if err == nil {
		if _, err = d.ReadToken(); err == io.EOF {
			return v, nil
		} else if err == nil {
			err = fmt.Errorf("more text after the value")
		}
	}
	reason := err.Error()
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		reason = "unexpected end of the text"
	}
	return Value{}, &SyntaxError{Offset: d.InputOffset(), Reason: reason}
}

// Decode reads the next value from a decoder, which should allow duplicate
// names. Errors are the decoder's; io.EOF stands for no further value.
func Decode(d *jsontext.Decoder) (Value, error) {
	t, err := d.ReadToken()
	if err != nil {
		return Value{}, err
	}
	switch t.Kind() {
	case jsontext.KindNull:
		return NullValue, nil
	case jsontext.KindFalse:
		return False, nil
	case jsontext.KindTrue:
		return True, nil
	case jsontext.KindString:
		return OfString(t.String()), nil
	case jsontext.KindNumber:
		literal := t.String()
		if literal == "-0" { // AWS reads whole numbers as integers, which have no -0
			literal = "0"
		}
		return Value{kind: Number, text: literal}, nil
	case jsontext.KindBeginArray:
		return decodeArray(d)
	default:
		return decodeObject(d)
	}
}

func decodeArray(d *jsontext.Decoder) (Value, error) {
	var elements []Value
	for d.PeekKind() != jsontext.KindEndArray {
		e, err := Decode(d)
		if err != nil {
			return Value{}, unexpectedEnd(err)
		}
		elements = append(elements, e)
	}
	if _, err := d.ReadToken(); err != nil {
		return Value{}, unexpectedEnd(err)
	}
	return OfArray(elements), nil
}

func decodeObject(d *jsontext.Decoder) (Value, error) {
	var b ObjectBuilder
	for d.PeekKind() != jsontext.KindEndObject {
		t, err := d.ReadToken()
		if err != nil {
			return Value{}, unexpectedEnd(err)
		}
		name := t.String()
		member, err := Decode(d)
		if err != nil {
			return Value{}, unexpectedEnd(err)
		}
		b.Put(name, member)
	}
	if _, err := d.ReadToken(); err != nil {
		return Value{}, unexpectedEnd(err)
	}
	return b.Value(), nil
}

func unexpectedEnd(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Append adds the compact JSON text of v to dst. An absent value gives null.
func (v Value) Append(dst []byte) []byte {
	switch v.kind {
	case String:
		return appendString(dst, v.text)
	case Array:
		dst = append(dst, '[')
		for i, e := range v.node.values {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = e.Append(dst)
		}
		return append(dst, ']')
	case Object:
		dst = append(dst, '{')
		for i, e := range v.node.values {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendString(dst, v.node.names[i])
			dst = append(dst, ':')
			dst = e.Append(dst)
		}
		return append(dst, '}')
	case Absent:
		return append(dst, "null"...)
	default:
		return append(dst, v.text...)
	}
}

// appendString quotes s. Strings that are not UTF-8 cannot come from JSON; a
// stray byte becomes U+FFFD.
func appendString(dst []byte, s string) []byte {
	dst, _ = jsontext.AppendQuote(dst, s)
	return dst
}

// String gives the compact JSON text of v.
func (v Value) String() string { return string(v.Append(nil)) }

// MarshalJSON gives the compact JSON text of v.
func (v Value) MarshalJSON() ([]byte, error) { return v.Append(nil), nil }

// UnmarshalJSON reads one JSON value. The zero Value survives only in fields
// with omitzero: a written null comes back as null.
func (v *Value) UnmarshalJSON(text []byte) (err error) {
	*v, err = parse(text)
	return err
}

// IsZero makes `omitzero` leave absent values out.
func (v Value) IsZero() bool { return v.kind == Absent }

// Size gives the length of the compact JSON text in bytes, without making it.
func (v Value) Size() int {
	switch v.kind {
	case String:
		return stringSize(v.text)
	case Array, Object:
		size := 2 + max(0, len(v.node.values)-1)
		for i, e := range v.node.values {
			size += e.Size()
			if v.kind == Object {
				size += stringSize(v.node.names[i]) + 1
			}
		}
		return size
	case Absent:
		return 4
	default:
		return len(v.text)
	}
}

func stringSize(s string) int {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x80 {
			return len(appendString(nil, s))
		}
	}
	return len(s) + 2
}
