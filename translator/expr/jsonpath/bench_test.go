package jsonpath_test

import (
	"testing"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonpath"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

func BenchmarkLookup(b *testing.B) {
	env := &expr.Env{Input: document(b)}
	for _, text := range []string{
		"$", "$.limit", "$.store.book[2].tags[0]", "$.missing.path",
		"$.store.book[*].title", "$..price", "$.store.book[?(@.price < 10 && @.isbn)].title", "$.numbers.length()",
	} {
		p := compile(b, text)
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p.Find(env)
			}
		})
	}
}

// TestNoGarbage holds definite lookups to what the package promises.
func TestNoGarbage(t *testing.T) {
	env := &expr.Env{Input: document(t)}
	for _, text := range []string{"$", "$.limit", "$.store.book[2].tags[-1]", "$.missing.path", "$.limit[0]"} {
		p := compile(t, text)
		if n := testing.AllocsPerRun(100, func() { p.Find(env) }); n != 0 {
			t.Errorf("%s allocates %v times", text, n)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := jsonpath.Parse("$.store.book[?(@.price < 10 && @.isbn)].title"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTarget(b *testing.B) {
	target, err := jsonpath.Target("$.store.result")
	if err != nil {
		b.Fatal(err)
	}
	input := document(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := target.Put(input, value.True); err != nil {
			b.Fatal(err)
		}
	}
}
