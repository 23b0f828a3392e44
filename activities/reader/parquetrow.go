package reader

import (
	"errors"
	"fmt"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// rowShape makes JSON values of rows: it knows how the columns of a file nest.
// A row comes as the values of all leaf columns; their repetition and
// definition levels tell where a list goes on and how deep a null is (Apache
// Parquet, "Nested Encoding").
type rowShape struct {
	root   *field
	leaves int
}

// field is a column, or a group of columns.
type field struct {
	name string
	// leaf is the number of the leaf column, -1 for groups. The leaf columns
	// below are those from first up to end.
	leaf, first, end int
	// repetition and definition are the levels of the field itself.
	repetition, definition int
	optional, repeated     bool
	fields                 []*field
	shape                  *value.ObjectShape
	form                   fieldForm
	convert                func(parquet.Value) (value.Value, error)
}

// fieldForm is what a group stands for.
type fieldForm int

const (
	plainField fieldForm = iota
	// listField is a group around one repeated field, whose occurrences are the
	// elements; wrapperField is such a repeated field when it is itself a group
	// around the element.
	listField
	wrapperField
	// mapField is a group around repeated pairs.
	mapField
)

func newRowShape(root *parquet.Column) (*rowShape, error) {
	s := &rowShape{}
	var err error
	s.root, err = s.field(root)
	return s, err
}

func (s *rowShape) field(c *parquet.Column) (*field, error) {
	f := &field{
		name: c.Name(), leaf: -1, first: s.leaves,
		repetition: c.MaxRepetitionLevel(), definition: c.MaxDefinitionLevel(),
		optional: c.Optional(), repeated: c.Repeated(),
	}
	if c.Leaf() {
		if f.leaf = s.leaves; f.leaf != c.Index() {
			return nil, fmt.Errorf("its columns are not in the order of its schema")
		}
		s.leaves++
		f.end = s.leaves
		f.convert = converterOf(c.Type())
		return f, nil
	}
	names, seen := []string(nil), map[string]bool{}
	for _, child := range c.Columns() {
		below, err := s.field(child)
		if err != nil {
			return nil, err
		}
		if seen[below.name] {
			return nil, fmt.Errorf("it has two columns %q in one group", below.name)
		}
		seen[below.name] = true
		names, f.fields = append(names, below.name), append(f.fields, below)
	}
	if f.end = s.leaves; f.end == f.first && c.Depth() > 0 {
		return nil, fmt.Errorf("the group %q has no columns", f.name)
	}
	f.shape = value.NewShape(names)
	f.form = formOf(c, f)
	return f, nil
}

// formOf tells lists and maps (Apache Parquet, "LogicalTypes", with the rules
// for files of older writers).
func formOf(c *parquet.Column, f *field) fieldForm {
	if len(f.fields) != 1 || !f.fields[0].repeated {
		return plainField
	}
	inner := f.fields[0]
	logical := c.Type().LogicalType()
	if logical == nil {
		return plainField
	}
	switch logical.Value.(type) {
	case *format.ListType:
		if inner.leaf < 0 && len(inner.fields) == 1 && !inner.fields[0].repeated && inner.name != "array" && inner.name != f.name+"_tuple" {
			inner.form = wrapperField
		}
		return listField
	case *format.MapType:
		if len(inner.fields) == 2 && inner.fields[0].leaf >= 0 && !inner.fields[0].repeated {
			return mapField
		}
	}
	return plainField
}

// reader gives what makes JSON values of rows, one after the other.
func (s *rowShape) reader() *rowReader {
	return &rowReader{root: s.root, columns: make([][]parquet.Value, s.leaves)}
}

// value makes the JSON value of a row.
func (r *rowReader) value(row parquet.Row) (value.Value, error) {
	r.err = nil
	clear(r.columns)
	row.Range(func(column int, values []parquet.Value) bool {
		if column < len(r.columns) {
			r.columns[column] = values
		}
		return true
	})
	v := r.one(r.root)
	return v, r.err
}

// rowReader takes the values of a row off its columns.
type rowReader struct {
	root    *field
	columns [][]parquet.Value
	err     error
}

var errLevels = errors.New("the values of its columns do not add up to rows")

// peek gives the next value of a column.
func (r *rowReader) peek(column int) parquet.Value {
	if len(r.columns[column]) == 0 {
		r.err = errLevels
		return parquet.Value{}
	}
	return r.columns[column][0]
}

// drop passes over the null that each column of the field has.
func (r *rowReader) drop(f *field) {
	for column := f.first; column < f.end && r.err == nil; column++ {
		r.peek(column)
		if r.err == nil {
			r.columns[column] = r.columns[column][1:]
		}
	}
}

// read gives the value of a field, an array when it is repeated.
func (r *rowReader) read(f *field) value.Value {
	if !f.repeated {
		return r.one(f)
	}
	elements := []value.Value{}
	if r.peek(f.first).DefinitionLevel() < f.definition {
		r.drop(f)
		return value.OfArray(elements)
	}
	for r.err == nil {
		elements = append(elements, r.one(f))
		if rest := r.columns[f.first]; len(rest) == 0 || rest[0].RepetitionLevel() < f.repetition {
			break
		}
	}
	return value.OfArray(elements)
}

// one gives one occurrence of a field.
func (r *rowReader) one(f *field) value.Value {
	if f.leaf >= 0 {
		v := r.peek(f.leaf)
		if r.err != nil {
			return value.NullValue
		}
		r.columns[f.leaf] = r.columns[f.leaf][1:]
		if v.IsNull() {
			return value.NullValue
		}
		out, err := f.convert(v)
		if err != nil {
			r.err = fmt.Errorf("column %q: %w", f.name, err)
		}
		return out
	}
	if f.optional && r.peek(f.first).DefinitionLevel() < f.definition {
		r.drop(f)
		return value.NullValue
	}
	values := make([]value.Value, len(f.fields))
	for i, below := range f.fields {
		values[i] = r.read(below)
		if r.err != nil {
			return value.NullValue
		}
	}
	switch f.form {
	case listField, wrapperField:
		return values[0]
	case mapField:
		return entries(values[0], f.fields[0])
	}
	return f.shape.Of(values)
}

// entries makes an object of the pairs of a map, whose keys become texts.
func entries(pairs value.Value, pair *field) value.Value {
	b := value.NewObject(pairs.Len())
	for _, p := range pairs.Elements() {
		key := p.At(0)
		name := key.Text()
		if key.Kind() != value.String {
			name = key.String()
		}
		b.Put(name, p.At(1))
	}
	return b.Value()
}
