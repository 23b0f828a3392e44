package asl_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWithin: the content of the one string of each text holds "$.é[?]x"; its
// place is between the two marks.
func TestWithin(t *testing.T) {
	for name, text := range map[string]string{
		"json":               `{"a": "in ‹[?]›x"}`,
		"json escapes":       `{"a": "\n\u00e9\ud83d\ude00 \"‹[?]›x"}`,
		"json escape inside": `{"a": "é ‹[\u003f]›x"}`,
		"plain":              "a: in ‹[?]›x",
		"single":             "a: 'it''s é ‹[?]›x'",
		"double":             "a: \"in \\\"q\\\" ‹[?]›x\"",
		"literal":            "a: |\n  one\n  two ‹[?]›x\n",
		"folded":             "a: >-\n  one\n  two ‹[?]›x\n",
		"anchor":             "a: &n 'in ‹[?]›x'",
	} {
		t.Run(name, func(t *testing.T) {
			before, rest, _ := strings.Cut(text, "‹")
			marked, after, _ := strings.Cut(rest, "›")
			d := parse(t, before+marked+after)
			n := d.Root.Get("a")
			start := strings.Index(n.Text(), "[?]")
			require.Positive(t, start, n.Text())
			span := d.Within(n, start, start+3)
			assert.Equal(t, marked, d.Text.String()[span.Start:span.End])
			assert.Equal(t, len(before), span.Start)
		})
	}
}

func TestSpansOfYAMLScalars(t *testing.T) {
	d := parse(t, "a: plain text # c\nb: 'single ''q'\nc: \"double \\\" q\"\nd: |\n  block\n\n  more\ne: {f: [x, y]}\n")
	for name, want := range map[string]string{"a": "plain text", "b": "'single ''q'", "c": `"double \" q"`, "d": "|\n  block\n\n  more\n"} {
		n := d.Root.Get(name)
		assert.Equal(t, want, d.Text.String()[n.Span.Start:n.Span.End])
	}
}
