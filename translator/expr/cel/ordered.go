package cel

import (
	"reflect"
	"strconv"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
)

// ordered is a map that an expression has made: its entries stay in the order
// in which they were written. A key that comes again gives its value to the
// place of the first.
type ordered struct {
	keys   []ref.Val
	values []ref.Val
	places map[ref.Val]int // by key; looked up, never ranged
}

var (
	_ traits.Mapper   = (*ordered)(nil)
	_ traits.Foldable = (*ordered)(nil)
	_ traits.Zeroer   = (*ordered)(nil)
)

func newOrdered(size int) *ordered {
	return &ordered{make([]ref.Val, 0, size), make([]ref.Val, 0, size), make(map[ref.Val]int, size)}
}

// isKey reports whether a value can be the key of a map.
func isKey(v ref.Val) bool {
	switch v.(type) {
	case types.String, types.Bool, types.Int, types.Uint:
		return true
	}
	return false
}

// put sets an entry; the key must be one.
func (m *ordered) put(key, v ref.Val) {
	if i, ok := m.place(key); ok {
		m.values[i] = v
		return
	}
	m.places[key] = len(m.keys)
	m.keys = append(m.keys, key)
	m.values = append(m.values, v)
}

// place finds a key; numbers are the same whatever their type.
func (m *ordered) place(key ref.Val) (int, bool) {
	switch k := key.(type) {
	case types.Double:
		if n := types.Int(k); types.Double(n) == k {
			return m.place(n)
		}
		return 0, false
	case types.Int:
		if i, ok := m.places[k]; ok || k < 0 {
			return i, ok
		}
		i, ok := m.places[types.Uint(k)]
		return i, ok
	case types.Uint:
		if i, ok := m.places[k]; ok || types.Int(k) < 0 {
			return i, ok
		}
		i, ok := m.places[types.Int(k)]
		return i, ok
	}
	if !isKey(key) {
		return 0, false
	}
	i, ok := m.places[key]
	return i, ok
}

// Find gives the value of an entry.
func (m *ordered) Find(key ref.Val) (ref.Val, bool) {
	i, ok := m.place(key)
	if !ok {
		return nil, false
	}
	return m.values[i], true
}

// Get gives the value of an entry, or an error.
func (m *ordered) Get(key ref.Val) ref.Val { return get(m, key) }

// Contains reports whether there is an entry.
func (m *ordered) Contains(key ref.Val) ref.Val {
	_, found := m.place(key)
	return types.Bool(found)
}

// Size gives the number of entries.
func (m *ordered) Size() ref.Val { return types.Int(len(m.keys)) }

// IsZeroValue reports whether there is no entry.
func (m *ordered) IsZeroValue() bool { return len(m.keys) == 0 }

// Iterator gives the keys in their order.
func (m *ordered) Iterator() traits.Iterator {
	return &iterator{size: len(m.keys), at: func(i int) ref.Val { return m.keys[i] }}
}

// Fold visits the entries in their order.
func (m *ordered) Fold(f traits.Folder) {
	for i, key := range m.keys {
		if !f.FoldEntry(key, m.values[i]) {
			return
		}
	}
}

// Equal compares with any other map, whatever its order.
func (m *ordered) Equal(other ref.Val) ref.Val { return equalMaps(m, other) }

// Type gives the type map.
func (m *ordered) Type() ref.Type { return types.MapType }

// Value gives the map itself.
func (m *ordered) Value() any { return m }

// ConvertToType converts to nothing but itself.
func (m *ordered) ConvertToType(t ref.Type) ref.Val { return convert(m, t) }

// ConvertToNative fails: values leave an expression by their own way.
func (m *ordered) ConvertToNative(t reflect.Type) (any, error) { return nil, noNative(m, t) }

// String says what it is, for messages.
func (m *ordered) String() string { return "a map of " + strconv.Itoa(len(m.keys)) }
