package cel

import (
	"fmt"
	"reflect"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// object is a JSON object as CEL sees it: a map whose order is the document's.
type object struct{ value value.Value }

var (
	_ traits.Mapper   = (*object)(nil)
	_ traits.Foldable = (*object)(nil)
	_ traits.Zeroer   = (*object)(nil)
)

// Find gives the value of a member. A key that is no string finds nothing.
func (o *object) Find(key ref.Val) (ref.Val, bool) {
	name, ok := key.(types.String)
	if !ok {
		return nil, false
	}
	v, ok := o.value.Member(string(name))
	if !ok {
		return nil, false
	}
	return wrap(v), true
}

// Get gives the value of a member, or an error.
func (o *object) Get(key ref.Val) ref.Val { return get(o, key) }

// Contains reports whether there is a member.
func (o *object) Contains(key ref.Val) ref.Val {
	_, found := o.Find(key)
	return types.Bool(found)
}

// Size gives the number of members.
func (o *object) Size() ref.Val { return types.Int(o.value.Len()) }

// IsZeroValue reports whether there is no member.
func (o *object) IsZeroValue() bool { return o.value.Len() == 0 }

// Iterator gives the names of the members in their order.
func (o *object) Iterator() traits.Iterator {
	return &iterator{size: o.value.Len(), at: o.name}
}

func (o *object) name(i int) ref.Val { return types.String(o.value.NameAt(i)) }

// Fold visits the members in their order.
func (o *object) Fold(f traits.Folder) {
	for i, member := range o.value.Elements() {
		if !f.FoldEntry(o.name(i), wrap(member)) {
			return
		}
	}
}

// Equal compares with any other map, whatever its order.
func (o *object) Equal(other ref.Val) ref.Val { return equalMaps(o, other) }

// Type gives the type map.
func (o *object) Type() ref.Type { return types.MapType }

// Value gives the object.
func (o *object) Value() any { return o.value }

// ConvertToType converts to nothing but itself.
func (o *object) ConvertToType(t ref.Type) ref.Val { return convert(o, t) }

// ConvertToNative fails: values leave an expression by their own way.
func (o *object) ConvertToNative(t reflect.Type) (any, error) { return nil, noNative(o, t) }

// String gives the JSON text, for messages.
func (o *object) String() string { return o.value.String() }

// get is Get of maps.
func get(m traits.Mapper, key ref.Val) ref.Val {
	v, found := m.Find(key)
	if !found {
		return types.ValOrErr(v, "no such key: %v", key)
	}
	return v
}

// equalMaps is Equal of maps.
func equalMaps(m traits.Mapper, other ref.Val) ref.Val {
	o, ok := other.(traits.Mapper)
	if !ok || m.Size() != o.Size() {
		return types.False
	}
	for it := m.Iterator(); it.HasNext() == types.True; {
		key := it.Next()
		mine, _ := m.Find(key)
		theirs, found := o.Find(key)
		if !found || types.Equal(mine, theirs) != types.True {
			return types.False
		}
	}
	return types.True
}

// convert is ConvertToType of maps and lists.
func convert(v ref.Val, t ref.Type) ref.Val {
	switch t {
	case v.Type():
		return v
	case types.TypeType:
		return v.Type().(ref.Val)
	}
	return types.NewErr("type conversion error from '%s' to '%s'", v.Type().TypeName(), t.TypeName())
}

func noNative(v ref.Val, t reflect.Type) error {
	return fmt.Errorf("there is no conversion from '%s' to %v", v.Type().TypeName(), t)
}
