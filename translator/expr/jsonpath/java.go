package jsonpath

import (
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Text gives a value as Java's toString writes it, which is how it stands in
// AWS's messages and in the result of States.Format: strings raw, arrays as
// [a, b], objects as {name=value, other=value}.
func Text(v value.Value) string {
	var b strings.Builder
	writeText(&b, v)
	return b.String()
}

func writeText(b *strings.Builder, v value.Value) {
	switch v.Kind() {
	case value.Array:
		b.WriteByte('[')
		for i, e := range v.Elements() {
			if i > 0 {
				b.WriteString(", ")
			}
			writeText(b, e)
		}
		b.WriteByte(']')
	case value.Object:
		b.WriteByte('{')
		for i, e := range v.Elements() {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(v.NameAt(i) + "=")
			writeText(b, e)
		}
		b.WriteByte('}')
	case value.Absent:
		b.WriteString("null")
	default:
		b.WriteString(v.Text())
	}
}

// javaClass names the class that AWS's JSON library reads the value as.
func javaClass(v value.Value) string {
	switch v.Kind() {
	case value.String:
		return "java.lang.String"
	case value.Bool:
		return "java.lang.Boolean"
	case value.Array:
		return "java.util.ArrayList"
	case value.Object:
		return "java.util.LinkedHashMap"
	case value.Number:
		n, ok := v.Int()
		switch {
		case strings.ContainsAny(v.Text(), ".eE"):
			return "java.lang.Double"
		case !ok:
			return "java.math.BigInteger"
		case n == int64(int32(n)):
			return "java.lang.Integer"
		}
		return "java.lang.Long"
	}
	return "null"
}
