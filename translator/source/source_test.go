package source_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-a99ddb6e/stepwell/translator/source"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPositions(t *testing.T) {
	text := source.NewText("x.json", "ab\n\r\né😀c")
	for offset, want := range map[int]source.Position{
		-1: {1, 1}, 0: {1, 1}, 2: {1, 3}, 3: {2, 1}, 5: {3, 1}, 7: {3, 2}, 11: {3, 3}, 12: {3, 4}, 99: {3, 4},
	} {
		assert.Equal(t, want, text.Position(offset), offset)
	}
	assert.Equal(t, "", text.Line(2))
	assert.Equal(t, "é😀c", text.Line(3))
	assert.Equal(t, "x.json", text.Name())
	assert.Equal(t, 12, text.Offset(source.Position{Line: 9, Column: 1}))
	assert.Equal(t, 12, text.Offset(source.Position{Line: 3, Column: 99}))
}

func TestRender(t *testing.T) {
	text := source.NewText("x.json", "{\n\t\"é\": oops\n}")
	got := text.Render(source.Diagnostic{
		Code: "SOME_CODE", Severity: source.Warning, Summary: "It is wrong", Hint: "Do it.", Path: "/States/A",
		Span: source.Span{Start: 9, End: 13},
	})
	assert.Equal(t, "x.json:2:7: warning SOME_CODE: It is wrong\n"+
		"     2 |  \"é\": oops\n"+
		"       |       ^^^^\n"+
		"       at /States/A\n"+
		"       hint: Do it.\n", got)
}

func TestLongLinesAreCutAroundTheFault(t *testing.T) {
	line := strings.Repeat("x", 500) + "HERE" + strings.Repeat("y", 500)
	got := strings.Split(source.NewText("x", line).Render(source.Diagnostic{Span: source.Span{Start: 500, End: 504}}), "\n")
	require.Len(t, got, 4)
	assert.Less(t, len(got[1]), 150)
	assert.Equal(t, strings.Index(got[1], "HERE"), strings.Index(got[2], "^^^^"))
	assert.Equal(t, 4, strings.Count(got[2], "^"))
}

func TestASpanOverLinesIsMarkedToTheEndOfItsLine(t *testing.T) {
	got := source.NewText("x", "ab\ncd").Render(source.Diagnostic{Span: source.Span{Start: 1, End: 5}})
	assert.Contains(t, got, "|  ^\n")
	assert.NotContains(t, got, "^^")
}

func TestSort(t *testing.T) {
	at := func(start int, severity source.Severity, code string) source.Diagnostic {
		return source.Diagnostic{Code: code, Severity: severity, Span: source.Span{Start: start}}
	}
	ds := source.Diagnostics{at(5, source.Warning, "A"), at(5, source.Error, "B"), at(1, source.Error, "C"), at(5, source.Error, "B")}
	assert.True(t, ds.HasErrors())
	assert.Equal(t, source.Diagnostics{at(1, source.Error, "C"), at(5, source.Error, "B"), at(5, source.Warning, "A")}, ds.Sort())
	assert.False(t, source.Diagnostics{at(5, source.Warning, "A")}.HasErrors())
}

func FuzzPositions(f *testing.F) {
	f.Add("a\nb\r\n\n😀", 3, 9)
	f.Fuzz(func(t *testing.T, content string, start, end int) {
		text := source.NewText("x", content)
		text.Render(source.Diagnostic{Span: source.Span{Start: start, End: end}})
		p := text.Position(start)
		back := text.Offset(p)
		require.True(t, 0 <= back && back <= len(content))
		if start >= 0 && start < len(content) && utf8.RuneStart(content[start]) && utf8.ValidString(content) {
			require.Equal(t, start, back)
		}
	})
}
