package translator_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/compile"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEveryFieldMayBeWrong puts something else in the place of each value of a
// definition that uses all fields, and leaves each member out. Whatever comes
// of it is told in words for people or is a program that translates again; that
// is what keeps package check and package compile in step.
func TestEveryFieldMayBeWrong(t *testing.T) {
	files, err := filepath.Glob("compile/testdata/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	wrong := []value.Value{
		{}, value.NullValue, value.True, value.OfInt(-7), value.OfString(""), value.OfString("$.x[*]"), value.EmptyArray, value.EmptyObject,
		value.OfArray([]value.Value{value.OfInt(1)}), value.OfObject(value.Member{Name: "x", Value: value.NullValue}),
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		whole, err := value.Parse(raw)
		require.NoError(t, err)
		count := 0
		for _, w := range wrong {
			mutants(whole, w, func(mutant value.Value) {
				count++
				text := mutant.String()
				p, said := translator.Translate(text)
				require.Equal(t, said.HasErrors(), p == nil, text)
				for _, d := range said {
					assert.NotEqual(t, compile.Unchecked, d.Code, "%s\n%s", text, translator.Report(text, source.Diagnostics{d}))
				}
				if p != nil {
					again(t, text, p)
				}
			})
		}
		t.Log(filepath.Base(file), count)
	}
}

// mutants visits the copies of v in which one value below it is w, or is left
// out when w is absent.
func mutants(v, w value.Value, visit func(value.Value)) {
	for i, e := range v.Elements() {
		put := func(changed value.Value) {
			if v.Kind() == value.Array {
				visit(without(v, i, changed))
				return
			}
			var b value.ObjectBuilder
			for j, other := range v.Elements() {
				if j == i {
					other = changed
				}
				b.Put(v.NameAt(j), other)
			}
			visit(b.Value())
		}
		put(w)
		mutants(e, w, put)
	}
}

// without gives the array with another value at i, or none.
func without(v value.Value, i int, changed value.Value) value.Value {
	var elements []value.Value
	for j, e := range v.Elements() {
		if j == i {
			e = changed
		}
		if !e.IsAbsent() {
			elements = append(elements, e)
		}
	}
	return value.OfArray(elements)
}
