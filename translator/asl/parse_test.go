package asl_test

import (
	"strings"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func parse(t testing.TB, text string) *asl.Definition {
	t.Helper()
	d, faults := asl.Parse(source.NewText("test", text))
	require.Empty(t, faults, text)
	return d
}

func TestBothSpellingsGiveTheSameTree(t *testing.T) {
	for name, c := range map[string]struct{ yaml, json string }{
		"machine":        {"StartAt: A\nStates:\n  A: {Type: Pass, End: true}\n", `{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}`},
		"numbers":        {"a: 1.50\nb: 0x1F\nc: 1_000\ne: 1e3\nf: +7\ng: .5", `{"a":1.50,"b":31,"c":1000,"e":1e3,"f":7,"g":0.5}`},
		"texts":          {"a: 2024-01-01T00:00:00Z\nb: 2024-01-01\nc: yes\nd: '1'\ne: \"x\\ty\"\nf: !!str 3", `{"a":"2024-01-01T00:00:00Z","b":"2024-01-01","c":"yes","d":"1","e":"x\ty","f":"3"}`},
		"nothing":        {"a:\nb: ~\nc: null\nd: ''", `{"a":null,"b":null,"c":null,"d":""}`},
		"names":          {"1: a\ntrue: b\n? c\n: d", `{"1":"a","true":"b","c":"d"}`},
		"anchors":        {"a: &x {k: [1]}\nb: *x", `{"a":{"k":[1]},"b":{"k":[1]}}`},
		"merge":          {"a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\n  r: 4", `{"a":{"p":1,"q":2},"b":{"q":3,"r":4,"p":1}}`},
		"merge of many":  {"a: &x {p: 1}\nb: &y {p: 2, q: 2}\nc: {<<: [*x, *y]}", `{"a":{"p":1},"b":{"p":2,"q":2},"c":{"p":1,"q":2}}`},
		"block scalars":  {"a: |\n  one\n  two\nb: >-\n  one\n  two\nc: end", `{"a":"one\ntwo\n","b":"one two","c":"end"}`},
		"json is yaml":   {"# comment first\n{\"a\": [1, {\"b\": null}]}", `{"a":[1,{"b":null}]}`},
		"document start": {"---\na: 1\n", `{"a":1}`},
	} {
		t.Run(name, func(t *testing.T) {
			y, j := parse(t, c.yaml), parse(t, c.json)
			assert.True(t, y.YAML)
			assert.False(t, j.YAML)
			assert.Equal(t, c.json, j.Root.Value.String())
			assert.Equal(t, c.json, y.Root.Value.String())
		})
	}
}

func TestDuplicatesStayInTheTree(t *testing.T) {
	d := parse(t, `{"States":{"A":{"Type":"Pass"},"A":{"Type":"Fail"}}}`)
	require.Len(t, d.Machine.States, 2)
	assert.Equal(t, "Pass", d.Machine.States[0].Type)
	assert.Equal(t, "Fail", d.Root.Get("States").Get("A").Get("Type").Text())
	assert.Equal(t, `{"States":{"A":{"Type":"Fail"}}}`, d.Root.Value.String())
}

// TestFaults: the place of a fault is marked by ‸ in the text.
func TestFaults(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		code string
	}{
		"empty":                      {"‸", asl.InvalidSchema},
		"blank":                      {"‸ \n ", asl.InvalidSchema},
		"a word":                     {"‸not a definition", asl.InvalidText},
		"an array":                   {"‸[1, 2]", asl.InvalidSchema},
		"a truth":                    {"‸true", asl.InvalidSchema},
		"trailing comma":             {`{"a": 1‸, }`, asl.InvalidText},
		"trailing comma in array":    {`{"a": [1‸,]}`, asl.InvalidText},
		"missing comma":              {"{\"a\": 1‸\n \"b\": 2}", asl.InvalidText},
		"comment":                    {"{‸// why\n\"a\": 1}", asl.InvalidText},
		"block comment":              {"{\"a\": ‸/* why */ 1}", asl.InvalidText},
		"single quotes":              {`{‸'a': 1}`, asl.InvalidText},
		"single quoted value":        {`{"a": ‸'x'}`, asl.InvalidText},
		"bare word":                  {`{"a": ‸abc}`, asl.InvalidText},
		"python":                     {`{"a": ‸True}`, asl.InvalidText},
		"bare name":                  {`{‸a: 1}`, asl.InvalidText},
		"no colon":                   {`{"a" ‸1}`, asl.InvalidText},
		"leading zero":               {`{"a": ‸01}`, asl.InvalidText},
		"unclosed object":            {`{"a": ‸{"b": 1`, asl.InvalidText},
		"unclosed string":            {`{"a": ‸"x}`, asl.InvalidText},
		"line break in string":       {"{\"a\": \"x‸\n\"}", asl.InvalidText},
		"bad escape":                 {`{"a": "x‸\d"}`, asl.InvalidText},
		"lonely surrogate":           {`{"a": "‸\ud800"}`, asl.InvalidText},
		"more text":                  {`{"a": 1} ‸}`, asl.InvalidText},
		"not UTF-8":                  {"{\"a\": \"‸\xff\"}", asl.InvalidText},
		"yaml tab":                   {"a:\n‸\tb: 1", asl.InvalidText},
		"yaml alias of nothing":      {"‸a: *x", asl.InvalidText},
		"yaml alias in itself":       {"a: &x\n  b: ‸*x", asl.InvalidText},
		"yaml tag of CloudFormation": {"a: ‸!Sub '${X}'", asl.InvalidText},
		"yaml tag with a mapping":    {"a: ‸!GetAtt\n  b: c", asl.InvalidText},
		"yaml infinity":              {"a: ‸.inf", asl.InvalidText},
		"yaml complex name":          {"? ‸[a]\n: 1", asl.InvalidText},
		"yaml second document":       {"a: 1\n‸---\nb: 2", asl.InvalidText},
		"yaml merge of a text":       {"a: {<<: ‸b}", asl.InvalidText},
	} {
		t.Run(name, func(t *testing.T) {
			before, after, found := strings.Cut(c.text, "‸")
			require.True(t, found)
			text := source.NewText("test", before+after)
			_, faults := asl.Parse(text)
			require.Len(t, faults, 1, "%v", faults)
			assert.Equal(t, c.code, faults[0].Code, faults[0].Summary)
			assert.Equal(t, text.Position(len(before)), text.Position(faults[0].Span.Start), faults[0].Summary)
			assert.NotEmpty(t, text.Render(faults[0]))
		})
	}
}

func TestSlipsAreAllReported(t *testing.T) {
	d, faults := asl.Parse(source.NewText("test", "{\n // one\n \"StartAt\": \"A\"\n \"States\": {\"A\": {\"Type\": \"Pass\",},},\n}"))
	assert.Len(t, faults, 5)
	require.NotNil(t, d.Machine, "the tree is whole all the same")
	assert.Equal(t, "Pass", d.Machine.States[0].Type)
}

func TestLimits(t *testing.T) {
	for name, text := range map[string]string{
		"size":        `{"a": "` + strings.Repeat("x", asl.MaxCharacters) + `"}`,
		"depth":       `{"a":` + strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + "}",
		"yaml depth":  "a: " + strings.Repeat("[", 2000) + strings.Repeat("]", 2000),
		"billion":     "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]",
		"long copies": "a: &a " + strings.Repeat("x", 100_000) + "\nb: [" + strings.Repeat("*a,", 100) + "]",
	} {
		t.Run(name, func(t *testing.T) {
			_, faults := asl.Parse(source.NewText("test", text))
			require.Len(t, faults, 1)
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"StartAt":"A","States":{"A":{"Type":"Map","ItemProcessor":{"States":{"B":{"Type":"Parallel","Branches":[{}]}}}}}}`,
		"StartAt: &a A\nStates:\n  <<: {A: *a}\n  B: |\n    x\n", `{"a":"\u00e9\ud83d\ude00\n",}`, "a: \"x\\\n  y\"\n? b\n", "!x {", "%YAML 1.1\n---\na: 'b''c'",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		text := source.NewText("fuzz", content)
		d, faults := asl.Parse(text)
		for _, fault := range faults {
			inside(t, content, fault.Span)
			text.Render(fault)
		}
		if d.Root != nil {
			walk(t, d, d.Root)
		}
		if d.Root == nil || d.YAML || len(faults) > 0 {
			return
		}
		want, err := value.ParseString(strings.TrimLeft(content, " \t\r\n\ufeff"))
		require.NoError(t, err, "read here, refused as JSON")
		require.Equal(t, want.String(), d.Root.Value.String())
	})
}

func inside(t *testing.T, content string, s source.Span) {
	require.True(t, 0 <= s.Start && s.Start <= s.End && s.End <= len(content), "%v of %d", s, len(content))
}

func walk(t *testing.T, d *asl.Definition, n *asl.Node) {
	content := d.Text.String()
	inside(t, content, n.Span)
	require.NotEqual(t, value.Absent, n.Kind())
	if text := n.Text(); text != "" {
		inside(t, content, d.Within(n, len(text)/2, len(text)))
	}
	if !d.YAML {
		v, err := value.ParseString(content[n.Span.Start:n.Span.End])
		if err == nil { // it may hold slips
			require.Equal(t, v.String(), n.Value.String())
		}
	}
	for _, m := range n.Members {
		inside(t, content, m.NameSpan)
		walk(t, d, m.Node)
	}
	for _, e := range n.Elements {
		walk(t, d, e)
	}
}
