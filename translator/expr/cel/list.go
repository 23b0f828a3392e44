package cel

import (
	"reflect"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// list is a JSON array as CEL sees it.
type list struct{ value value.Value }

var (
	_ traits.Lister   = (*list)(nil)
	_ traits.Foldable = (*list)(nil)
	_ traits.Zeroer   = (*list)(nil)
)

// Get gives an element, or an error.
func (l *list) Get(index ref.Val) ref.Val {
	i, err := types.IndexOrError(index)
	if err != nil {
		return types.NewErr("%v", err)
	}
	if i < 0 || i >= l.value.Len() {
		return types.NewErr("index out of bounds: %d", i)
	}
	return l.at(i)
}

func (l *list) at(i int) ref.Val { return wrap(l.value.At(i)) }

// Add gives this list and another as one, without copying.
func (l *list) Add(other ref.Val) ref.Val {
	return types.NewDynamicList(adapter{}, l.value.Elements()).Add(other)
}

// Contains reports whether an element equals the value.
func (l *list) Contains(v ref.Val) ref.Val {
	for i := range l.value.Len() {
		if types.Equal(v, l.at(i)) == types.True {
			return types.True
		}
	}
	return types.False
}

// Size gives the number of elements.
func (l *list) Size() ref.Val { return types.Int(l.value.Len()) }

// IsZeroValue reports whether there is no element.
func (l *list) IsZeroValue() bool { return l.value.Len() == 0 }

// Iterator gives the elements.
func (l *list) Iterator() traits.Iterator { return &iterator{size: l.value.Len(), at: l.at} }

// Fold visits the elements with their indexes.
func (l *list) Fold(f traits.Folder) {
	for i := range l.value.Len() {
		if !f.FoldEntry(types.Int(i), l.at(i)) {
			return
		}
	}
}

// Equal compares with any other list.
func (l *list) Equal(other ref.Val) ref.Val {
	o, ok := other.(traits.Lister)
	if !ok || l.Size() != o.Size() {
		return types.False
	}
	for i := range l.value.Len() {
		if types.Equal(l.at(i), o.Get(types.Int(i))) != types.True {
			return types.False
		}
	}
	return types.True
}

// Type gives the type list.
func (l *list) Type() ref.Type { return types.ListType }

// Value gives the array.
func (l *list) Value() any { return l.value }

// ConvertToType converts to nothing but itself.
func (l *list) ConvertToType(t ref.Type) ref.Val { return convert(l, t) }

// ConvertToNative fails: values leave an expression by their own way.
func (l *list) ConvertToNative(t reflect.Type) (any, error) { return nil, noNative(l, t) }

// String gives the JSON text, for messages.
func (l *list) String() string { return l.value.String() }

// iterator goes over what stands in order.
type iterator struct {
	size, next int
	at         func(int) ref.Val
}

// HasNext reports whether there is one more.
func (i *iterator) HasNext() ref.Val { return types.Bool(i.next < i.size) }

// Next gives it, nil when there is none.
func (i *iterator) Next() ref.Val {
	if i.next >= i.size {
		return nil
	}
	i.next++
	return i.at(i.next - 1)
}

// Type, Value, Equal and the conversions are those of a thing that no
// expression can hold.
func (i *iterator) Type() ref.Type                              { return types.IteratorType }
func (i *iterator) Value() any                                  { return nil }
func (i *iterator) Equal(ref.Val) ref.Val                       { return types.False }
func (i *iterator) ConvertToType(t ref.Type) ref.Val            { return convert(i, t) }
func (i *iterator) ConvertToNative(t reflect.Type) (any, error) { return nil, noNative(i, t) }
