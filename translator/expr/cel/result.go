package cel

import (
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// reader makes JSON values of results: numbers of all types are JSON numbers,
// timestamps and durations the strings that string() gives, bytes are base64.
// A value of the document that has passed through stays as it was written.
type reader struct {
	// left is how many values and bytes of text there may still be.
	left int
}

// whole reads a result; an optional is what it holds, absent when it is empty.
func (r *reader) whole(v ref.Val) (value.Value, *Error) {
	if o, ok := v.(*types.Optional); ok {
		if !o.HasValue() {
			return value.Value{}, nil
		}
		return r.whole(o.GetValue())
	}
	return r.read(v)
}

func (r *reader) read(v ref.Val) (value.Value, *Error) {
	switch v := v.(type) {
	case *object:
		return v.value, nil
	case *list:
		return v.value, nil
	case types.String:
		return r.text(string(v))
	case types.Int:
		return r.made(value.OfInt(int64(v)))
	case types.Uint:
		number, _ := value.OfNumber(strconv.FormatUint(uint64(v), 10))
		return r.made(number)
	case types.Double:
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return value.Value{}, noJSON("the number %v", float64(v))
		}
		return r.made(value.OfFloat(float64(v)))
	case types.Bool:
		return r.made(value.OfBool(bool(v)))
	case types.Null:
		return r.made(value.NullValue)
	case types.Bytes:
		return r.text(base64.StdEncoding.EncodeToString(v))
	case types.Timestamp, types.Duration:
		if text, ok := v.ConvertToType(types.StringType).(types.String); ok {
			return r.text(string(text))
		}
	case traits.Mapper:
		return r.object(v)
	case traits.Lister:
		return r.array(v)
	}
	if v == nil {
		return value.Value{}, noJSON("nothing")
	}
	return value.Value{}, noJSON("a value of type '%s'", v.Type().TypeName())
}

// object reads a map in its order. One that has none is sorted by its keys;
// package cel makes none, and no function of the language is known to.
func (r *reader) object(m traits.Mapper) (value.Value, *Error) {
	if err := r.count(1); err != nil {
		return value.Value{}, err
	}
	var keys []string
	for it := m.Iterator(); it.HasNext() == types.True; {
		key, ok := it.Next().(types.String)
		if !ok {
			return value.Value{}, noJSON("a map with a key that is no string")
		}
		keys = append(keys, string(key))
	}
	if _, inOrder := m.(*ordered); !inOrder {
		slices.Sort(keys)
	}
	b := value.NewObject(len(keys))
	for _, key := range keys {
		member, err := r.member(m, key)
		if err != nil {
			return value.Value{}, err
		}
		b.Put(key, member)
	}
	return b.Value(), nil
}

func (r *reader) member(m traits.Mapper, key string) (value.Value, *Error) {
	if err := r.count(len(key)); err != nil {
		return value.Value{}, err
	}
	member, _ := m.Find(types.String(key))
	return r.read(member)
}

func (r *reader) array(l traits.Lister) (value.Value, *Error) {
	if err := r.count(1); err != nil {
		return value.Value{}, err
	}
	var elements []value.Value
	for it := l.Iterator(); it.HasNext() == types.True; {
		element, err := r.read(it.Next())
		if err != nil {
			return value.Value{}, err
		}
		elements = append(elements, element)
	}
	return value.OfArray(elements), nil
}

func (r *reader) text(s string) (value.Value, *Error) {
	if err := r.count(len(s)); err != nil {
		return value.Value{}, err
	}
	return r.made(value.OfString(strings.ToValidUTF8(s, "\uFFFD")))
}

func (r *reader) made(v value.Value) (value.Value, *Error) { return v, r.count(1) }

func (r *reader) count(n int) *Error {
	if r.left -= n; r.left < 0 {
		return &Error{Code: CodeSize, Message: "the result is too large"}
	}
	return nil
}

func noJSON(format string, args ...any) *Error {
	return &Error{Code: CodeResult, Message: fmt.Sprintf(format, args...) + " is no JSON value"}
}
