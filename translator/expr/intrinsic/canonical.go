package intrinsic

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// canonical adds a text to dst that two values share exactly when they are
// equal by [value.Equal].
func canonical(dst []byte, v value.Value) []byte {
	switch v.Kind() {
	case value.Number:
		if f, ok := v.Float(); ok {
			return strconv.AppendFloat(dst, f+0, 'g', -1, 64) // -0 is 0
		}
		return v.Append(dst)
	case value.Array:
		dst = append(dst, '[')
		for _, e := range v.Elements() {
			dst = append(canonical(dst, e), ',')
		}
		return append(dst, ']')
	case value.Object:
		order := make([]int, v.Len())
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(i, j int) int { return strings.Compare(v.NameAt(i), v.NameAt(j)) })
		dst = append(dst, '{')
		for _, i := range order {
			dst = append(strconv.AppendQuote(dst, v.NameAt(i)), ':')
			dst = append(canonical(dst, v.At(i)), ',')
		}
		return append(dst, '}')
	}
	return v.Append(dst)
}
