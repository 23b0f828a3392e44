package jsonata

import (
	"math"
	"strings"
)

// asText gives a value as a string, as $string does; nothing is empty.
func (i item) asText() (string, *Error) {
	switch i.kind() {
	case undefined, callable:
		return "", nil
	case text:
		return i.text(), nil
	}
	return i.pretty("")
}

// pretty gives the JSON text of a value; with an indent over several lines.
func (i item) pretty(indent string) (string, *Error) {
	if i.kind() == number && (math.IsInf(i.float(), 0) || math.IsNaN(i.float())) {
		return "", &Error{Code: "D3001"}
	}
	if i.has(outerWrapper) {
		i = i.at(0)
	}
	w := writer{indent: indent}
	if err := w.write(i, 0); err != nil {
		return "", err
	}
	return string(w.out), nil
}

// writer writes JSON as the reference does: numbers with 15 digits at most,
// functions as empty strings.
type writer struct {
	out    []byte
	indent string
}

func (w *writer) write(v item, depth int) *Error {
	switch v.kind() {
	case number:
		f, err := v.finite()
		if err != nil {
			return err
		}
		w.out = appendNumber(w.out, rounded15(f))
	case callable:
		w.out = append(w.out, `""`...)
	case array, object:
		return w.list(v, depth)
	default:
		w.out = v.v.Append(w.out)
	}
	return nil
}

func (w *writer) list(v item, depth int) *Error {
	open, shut := byte('['), byte(']')
	if v.kind() == object {
		open, shut = '{', '}'
	}
	w.out = append(w.out, open)
	for k := range v.len() {
		if k > 0 {
			w.out = append(w.out, ',')
		}
		w.line(depth + 1)
		if v.kind() == object {
			w.out = ofString(v.nameAt(k)).v.Append(w.out)
			w.out = append(w.out, ':')
			if w.indent != "" {
				w.out = append(w.out, ' ')
			}
		}
		if err := w.write(v.at(k), depth+1); err != nil {
			return err
		}
	}
	if v.len() > 0 {
		w.line(depth)
	}
	w.out = append(w.out, shut)
	return nil
}

func (w *writer) line(depth int) {
	if w.indent != "" {
		w.out = append(w.out, '\n')
		w.out = append(w.out, strings.Repeat(w.indent, depth)...)
	}
}
