package jsonpath_test

import (
	"strings"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonpath"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// FuzzPath checks that any text is a path or a fault inside the text, and that
// a path gives the same value or words each time.
func FuzzPath(f *testing.F) {
	for _, line := range append(lines(f, "paths.txt"), lines(f, "faults.txt")...) {
		text, _, _ := strings.Cut(line, " => ")
		text, _, _ = strings.Cut(text, " ! ")
		f.Add(text)
	}
	env := &expr.Env{Input: document(f)}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := jsonpath.Parse(text)
		if err != nil {
			if s, ok := err.(*jsonpath.SyntaxError); !ok || s.Offset < 0 || s.Offset > len(text) || s.Reason == "" {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		first, err := p.Lookup(env)
		again, errAgain := p.Lookup(env)
		if err != nil {
			if _, ok := err.(*jsonpath.Miss); !ok || err.Error() != errAgain.Error() {
				t.Fatalf("%q: %v, then %v", text, err, errAgain)
			}
			return
		}
		if first.String() != again.String() || first.IsAbsent() {
			t.Fatalf("%q: %s, then %s", text, first, again)
		}
		if !p.IsDefinite() && first.Kind() != value.Array {
			t.Fatalf("%q: %s", text, first)
		}
		second, err := jsonpath.Parse(p.String())
		if err != nil || second.String() != p.String() {
			t.Fatalf("%q does not parse again: %v", p, err)
		}
	})
}
