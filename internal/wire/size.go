package wire

import "github.com/seed-a99ddb6e/stepwell/translator/value"

// ValueLimit is what one input or output may amount to in a payload, in bytes:
// half a megabyte under what Temporal takes as one. A payload over that makes
// its workflow task fail for ever.
const ValueLimit = 3 << 19

// StagedLimit is what one value may amount to in a payload, in bytes, where
// those over [ValueLimit] go to staging. What bounds it is memory and time: a
// value takes about ten times its bytes while it is worked on, and two seconds
// to be decoded.
const StagedLimit = 32 << 20

// PayloadSize gives the length of a value in a payload, in bytes. Temporal's
// converter writes <, > and & as six characters each, so that a text full of
// markup grows.
func PayloadSize(v value.Value) int {
	size := v.Size()
	if size <= len(`\u003c`) {
		return size
	}
	return size + markup(v)*(len(`\u003c`)-1)
}

// markup counts the characters that grow, in strings and names.
func markup(v value.Value) (n int) {
	switch v.Kind() {
	case value.String:
		return markupIn(v.Text())
	case value.Array, value.Object:
		for i, e := range v.Elements() {
			n += markup(e)
			if v.Kind() == value.Object {
				n += markupIn(v.NameAt(i))
			}
		}
	}
	return n
}

func markupIn(text string) (n int) {
	for i := range len(text) {
		if c := text[i]; c == '<' || c == '>' || c == '&' {
			n++
		}
	}
	return n
}
