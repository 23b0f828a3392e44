package cel

import (
	"math"
	"strconv"
	"strings"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// adapter shows JSON values to CEL as they are, without copying them into Go
// maps.
type adapter struct{}

// NativeToValue gives a value as CEL sees it.
func (adapter) NativeToValue(v any) ref.Val {
	switch v := v.(type) {
	case ref.Val:
		return v
	case value.Value:
		return wrap(v)
	}
	return types.DefaultTypeAdapter.NativeToValue(v)
}

// wrap gives a JSON value as CEL sees it. A number is what CEL makes of the
// same literal: an int when it has neither fraction nor exponent and fits, else
// a double.
func wrap(v value.Value) ref.Val {
	switch v.Kind() {
	case value.String:
		return types.String(v.Text())
	case value.Number:
		return number(v)
	case value.Bool:
		return types.Bool(v.IsTrue())
	case value.Array:
		return &list{v}
	case value.Object:
		return &object{v}
	}
	return types.NullValue
}

func number(v value.Value) ref.Val {
	literal := v.Text()
	if !strings.ContainsAny(literal, ".eE") {
		if n, err := strconv.ParseInt(literal, 10, 64); err == nil {
			return types.Int(n)
		}
	}
	f, err := strconv.ParseFloat(literal, 64)
	if err != nil || math.IsInf(f, 0) {
		return types.NewErr("the number %s is out of range", literal)
	}
	return types.Double(f)
}
