package jsonpath_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonpath"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// lines gives the lines of a file in testdata without blank ones and comments.
func lines(t testing.TB, file string) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	require.NoError(t, err)
	var kept []string
	for _, line := range strings.Split(string(text), "\n") {
		if line != "" && !strings.HasPrefix(line, "#") {
			kept = append(kept, line)
		}
	}
	return kept
}

func document(t testing.TB) value.Value {
	t.Helper()
	text, err := os.ReadFile("testdata/store.json")
	require.NoError(t, err)
	return parse(t, string(text))
}

func parse(t testing.TB, text string) value.Value {
	t.Helper()
	v, err := value.ParseString(text)
	require.NoError(t, err)
	return v
}

func compile(t testing.TB, text string) *jsonpath.Path {
	t.Helper()
	p, err := jsonpath.Parse(text)
	require.NoError(t, err, text)
	return p
}

func TestLookup(t *testing.T) {
	env := &expr.Env{Input: document(t)}
	for _, line := range lines(t, "paths.txt") {
		t.Run(line, func(t *testing.T) {
			if text, want, ok := strings.Cut(line, " => "); ok {
				p := compile(t, text)
				got, err := p.Lookup(env)
				require.NoError(t, err)
				assert.Equal(t, want, got.String())
				assert.Equal(t, text, p.String())
				if !p.IsDefinite() {
					assert.Equal(t, value.Array, got.Kind())
				}
				return
			}
			text, want, ok := strings.Cut(line, " ! ")
			require.True(t, ok)
			_, err := compile(t, text).Lookup(env)
			require.IsType(t, (*jsonpath.Miss)(nil), err)
			assert.Equal(t, want, err.Error())
			_, ok = compile(t, text).Find(env)
			assert.False(t, ok)
		})
	}
}

func TestFaults(t *testing.T) {
	for _, line := range lines(t, "faults.txt") {
		at := strings.LastIndex(line, " @ ")
		want, err := strconv.Atoi(line[at+3:])
		require.NoError(t, err)
		t.Run(line, func(t *testing.T) {
			_, err := jsonpath.Parse(line[:at])
			require.IsType(t, (*jsonpath.SyntaxError)(nil), err)
			assert.Equal(t, want, err.(*jsonpath.SyntaxError).Offset, err.Error())
		})
	}
}

func TestRoots(t *testing.T) {
	env := &expr.Env{
		Input:   parse(t, `{"a":1}`),
		Context: expr.Fixed{Object: parse(t, `{"a":2}`)},
		Vars:    expr.Fixed{Variables: parse(t, `{"v":{"a":3},"größe":4,"list":[{"n":5},{"n":6}]}`)},
	}
	for text, want := range map[string]string{
		"$": `{"a":1}`, "$.": `{"a":1}`, "$.a": "1", "$.a  ": "1",
		"$$": `{"a":2}`, "$$.a": "2", "$$['a']": "2",
		"$v": `{"a":3}`, "$v.a": "3", "$v['a']": "3", "$größe": "4",
		"$list[1].n": "6", "$list[?(@.n == 6)].n": "[6]", "$list[?(@.n == $[0].n)].n": "[5]",
	} {
		got, err := compile(t, text).Lookup(env)
		require.NoError(t, err, text)
		assert.Equal(t, want, got.String(), text)
	}
	assert.Equal(t, jsonpath.Document, compile(t, "$.a").Root())
	assert.Equal(t, jsonpath.Context, compile(t, "$$.a").Root())
	assert.Equal(t, jsonpath.Variable, compile(t, "$v.a").Root())
	assert.Equal(t, "v", compile(t, "$v.a").Variable())

	_, err := compile(t, "$w.a").Lookup(env)
	assert.EqualError(t, err, "The variable '$w' is not defined")
}

func TestKinds(t *testing.T) {
	for _, c := range []struct {
		text                string
		definite, reference bool
	}{
		{"$", true, true},
		{"$$.a", true, true},
		{"$v.a[0]", true, true},
		{"$['a'][-1].b", true, true},
		{"$['a','b']", true, false},
		{"$['a','b'].c", false, false},
		{"$.a[*]", false, false},
		{"$.a[0,1]", false, false},
		{"$.a[0:1]", false, false},
		{"$..a", false, false},
		{"$.a[?(@.b)]", false, false},
		{"$.a.length()", true, false},
		{"$..a.length()", true, false},
		{"$.a[*].length()", false, false},
	} {
		p := compile(t, c.text)
		assert.Equal(t, c.definite, p.IsDefinite(), c.text)
		assert.Equal(t, c.reference, p.IsReference(), c.text)
	}
}

func TestField(t *testing.T) {
	env := &expr.Env{
		Input:   parse(t, `{"a":{"b":"text"},"list":[1]}`),
		Context: expr.Fixed{Object: parse(t, `{"State":{"Name":"S"}}`)},
	}
	const invalid, conflict = expr.Runtime, jsonpath.ReferencePathConflict
	for _, c := range []struct{ field, path, name, cause string }{
		{"InputPath", "$.x", invalid, "Invalid path '$.x' : No results for path: $['x']"},
		{"OutputPath", "$.x.y", invalid, "Invalid path '$.x.y' : Missing property in path $['x']"},
		{"InputPath", "$$.x", invalid, "Invalid path '$$.x' : No results for path: $['x']"},
		{"InputPath", "$v", invalid, "Invalid path '$v' : The variable '$v' is not defined"},
		{"SecondsPath", "$.x", invalid, "The SecondsPath parameter does not reference an input value: $.x"},
		{"ErrorPath", "$.x", invalid, `The JSONPath '$.x' specified for the field 'ErrorPath' could not be found in the input '{"a":{"b":"text"},"list":[1]}'`},
		{"CausePath", "$$.x", invalid, `The JSONPath '$.x' specified for the field 'CausePath' could not be found in the input '{"State":{"Name":"S"}}'`},
		{"ItemsPath", "$.x", conflict, `Unable to apply step "x" to input {"a":{"b":"text"},"list":[1]}`},
		{"ItemsPath", "$.a.b.c", conflict, `Unable to apply step "c" to input "text"`},
	} {
		_, err := jsonpath.Field(c.field, compile(t, c.path)).Eval(env)
		assert.Equal(t, &expr.Error{Name: c.name, Cause: c.cause}, err)
	}
	got, err := jsonpath.Field("InputPath", compile(t, "$.a.b")).Eval(env)
	require.NoError(t, err)
	assert.Equal(t, `"text"`, got.String())
}

func TestTarget(t *testing.T) {
	for _, c := range []struct{ path, into, want string }{
		{"$.r", `{"a":1}`, `{"a":1,"r":"R"}`},
		{"$.a", `{"a":1,"b":2}`, `{"a":"R","b":2}`},
		{"$.a.b.c", `{}`, `{"a":{"b":{"c":"R"}}}`},
		{"$['a']['x y']", `{"a":{"z":1}}`, `{"a":{"z":1,"x y":"R"}}`},
		{"$.list[1]", `{"list":[1,2,3]}`, `{"list":[1,"R",3]}`},
		{"$.list[-1].a", `{"list":[1,{}]}`, `{"list":[1,{"a":"R"}]}`},
		{"$[0]", `[1]`, `["R"]`},
		{"$.a", `5`, `! Unable to apply step "a" to input 5`},
		{"$.a", `null`, `! Unable to apply step "a" to input null`},
		{"$.a.b", `{"a":"text"}`, `! Unable to apply step "b" to input "text"`},
		{"$.a.b", `{"a":null}`, `! Unable to apply step "b" to input null`},
		{"$.r", `[1]`, `! Unable to apply step "r" to input [1]`},
		{"$.list[3]", `{"list":[1,2,3]}`, `! Unable to apply step "[3]" to input [1,2,3]`},
		{"$.x[0]", `{}`, `! Unable to apply step "[0]" to input null`},
	} {
		target, err := jsonpath.Target(c.path)
		require.NoError(t, err, c.path)
		assert.Equal(t, c.path, target.String())
		into := parse(t, c.into)
		got, err := target.Put(into, value.OfString("R"))
		if cause, fails := strings.CutPrefix(c.want, "! "); fails {
			assert.Equal(t, &expr.Error{Name: jsonpath.ReferencePathConflict, Cause: cause}, err, c.path)
			continue
		}
		require.NoError(t, err, c.path)
		assert.Equal(t, c.want, got.String(), c.path)
		assert.Equal(t, parse(t, c.into).String(), into.String(), "the input was changed")
	}
	whole, err := jsonpath.Target("$")
	require.NoError(t, err)
	assert.Nil(t, whole)
	for _, text := range []string{"", "a", "$$.a", "$v", "$.a[*]", "$..a", "$.a[0:1]", "$.a.length()", "$['a','b']"} {
		_, err := jsonpath.Target(text)
		assert.IsType(t, (*jsonpath.SyntaxError)(nil), err, text)
	}
	kept, err := jsonpath.Discard{}.Put(value.True, value.False)
	require.NoError(t, err)
	assert.Equal(t, value.True, kept)
}

func TestCompareStrings(t *testing.T) {
	ascending := []string{"", "A", "AB", "B", "a", "é", "\U0001F600", "\U0001F601", "\uE000", "\uFFFD"}
	for i, a := range ascending {
		for j, b := range ascending {
			got := jsonpath.CompareStrings(a, b)
			assert.Equal(t, i < j, got < 0, "%q %q", a, b)
			assert.Equal(t, i == j, got == 0, "%q %q", a, b)
		}
	}
}

func TestParsePrefix(t *testing.T) {
	for text, want := range map[string]int{
		"$.a, $.b)": 3, "$)": 1, "$.)": 2, "$['a, b'], 1": 9, "$$.a.b )": 6, "$v[?(@.a in [1, 2])].b,": 22,
	} {
		p, n, err := jsonpath.ParsePrefix(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, n, text)
		assert.Equal(t, text[:want], p.String())
	}
}

// TestBudget ends a path that would run for hours, and one whose filter would.
func TestBudget(t *testing.T) {
	many := strings.TrimSuffix(strings.Repeat("[1],", 3000), ",")
	for _, text := range []string{"$..*..*..*..*..*..*..*..*", "$.list[?(@ in $.list)]", "$.list[?($..* size 0)]"} {
		env := &expr.Env{Input: parse(t, `{"list":[`+many+`],"deep":`+strings.Repeat("[", 40)+strings.Repeat("]", 40)+`}`)}
		_, err := compile(t, text).Lookup(env)
		assert.EqualError(t, err, "The path takes too many steps", text)
	}
}
