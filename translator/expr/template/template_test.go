package template_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/template"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

func parse(t testing.TB, text string) value.Value {
	t.Helper()
	v, err := value.ParseString(text)
	require.NoError(t, err)
	return v
}

func environment(t testing.TB) *expr.Env {
	return &expr.Env{
		Input:   parse(t, `{"a":{"b":1},"list":[1,2]}`),
		Context: expr.Fixed{Object: parse(t, `{"State":{"Name":"S"}}`)},
		Vars:    expr.Fixed{Variables: parse(t, `{"v":{"x":2}}`)},
	}
}

func TestCompile(t *testing.T) {
	for _, c := range []struct{ template, want string }{
		{`{"z.$":"$.a.b","y":"$.a.b","x.$":"$$.State.Name","w.$":"$v.x","u.$":"States.MathAdd($.a.b, 1)"}`,
			`{"y":"$.a.b","u":2,"w":2,"x":"S","z":1}`},
		{`{"o":{"p":{"q.$":"$.a"}},"plain":{"r":[1,null,{}]}}`, `{"o":{"p":{"q":{"b":1}}},"plain":{"r":[1,null,{}]}}`},
		{`[{"a.$":"$.list[*]"},"$.a",["States.UUID()"]]`, `[{"a":[1,2]},"$.a",["States.UUID()"]]`},
		{`{"none.$":"$.list[?(@ > 9)]"}`, `{"none":[]}`},
		{`{"past.$":"$.list[9]"}`, `{"past":null}`},
		{`{"a":1,"a.$":"$.list"}`, `{"a":[1,2]}`},
		{`{".$":"$.a"}`, `{"":{"b":1}}`},
		{`{"all.$":"$","ctx.$":"$$","var.$":"$v"}`, `{"all":{"a":{"b":1},"list":[1,2]},"ctx":{"State":{"Name":"S"}},"var":{"x":2}}`},
		{`"text"`, `"text"`},
		{`{}`, `{}`},
	} {
		e, faults := template.Compile(parse(t, c.template))
		require.Empty(t, faults, c.template)
		assert.Equal(t, parse(t, c.template).String(), e.String())
		got, err := e.Eval(environment(t))
		require.NoError(t, err, c.template)
		assert.Equal(t, c.want, got.String(), c.template)
	}
}

func TestFailures(t *testing.T) {
	const input = `{"a":{"b":1},"list":[1,2]}`
	for _, c := range []struct{ template, cause string }{
		{`{"o":{"value.$":"$.x"}}`, `The JSONPath '$.x' specified for the field 'value.$' could not be found in the input '` + input + `'`},
		{`{"value.$":"$.x.y[0]"}`, `The JSONPath '$.x.y[0]' specified for the field 'value.$' could not be found in the input '` + input + `'`},
		{`{"value.$":"$.list[9].x"}`, `The JSONPath '$.list[9].x' specified for the field 'value.$' could not be found in the input '` + input + `'`},
		{`{"value.$":"$$.Nope"}`, `The JSONPath '$.Nope' specified for the field 'value.$' could not be found in the input '{"State":{"Name":"S"}}'`},
		{`{"value.$":"$v.y"}`, `The JSONPath '$v.y' specified for the field 'value.$' could not be found in the input '{"x":2}'`},
		{`{"value.$":"$w"}`, `The variable '$w' is not defined`},
		{`[{"value.$":"States.ArrayLength($.nope)"}]`,
			`The function 'States.ArrayLength($.nope)' had the following error: The JsonPath argument for the field '$.nope' could not be found in the input '` + input + `'`},
	} {
		e, faults := template.Compile(parse(t, c.template))
		require.Empty(t, faults, c.template)
		_, err := e.Eval(environment(t))
		assert.Equal(t, &expr.Error{Name: expr.Runtime, Cause: c.cause}, err)
	}
}

func TestFaults(t *testing.T) {
	const refusal = "The value for the field '"
	e, faults := template.Compile(parse(t, `{
		"ok.$": "$.a", "n.$": 5, "list": [{}, {"path.$": "$.a["}],
		"call.$": "States.Nope()", "inner.$": "States.Array(1, $.a[)", "word.$": "prod", "blank.$": " $.a"}`))
	assert.Nil(t, e)
	type place struct {
		pointer []string
		offset  int
	}
	var places []place
	for _, f := range faults {
		assert.Contains(t, f.Reason, refusal+f.Pointer[len(f.Pointer)-1]+"' must be a valid JSONPath or a valid intrinsic function call: ")
		places = append(places, place{f.Pointer, f.Offset})
	}
	assert.Equal(t, []place{
		{[]string{"n.$"}, 0}, {[]string{"list", "1", "path.$"}, 3}, {[]string{"call.$"}, 0},
		{[]string{"inner.$"}, 19}, {[]string{"word.$"}, 0}, {[]string{"blank.$"}, 0},
	}, places)
}

// TestLiteral hands out what needs no evaluation as it is.
func TestLiteral(t *testing.T) {
	for _, text := range []string{`{"a":[1,{"b":"$.c"}]}`, `[]`, `"$.a"`, `7`} {
		e, faults := template.Compile(parse(t, text))
		require.Empty(t, faults)
		assert.IsType(t, expr.Literal{}, e, text)
	}
	e, faults := template.Compile(parse(t, `{"fixed":{"a":[1,2,3]},"n.$":"$.list"}`))
	require.Empty(t, faults)
	env := environment(t)
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { _, _ = e.Eval(env) }), 3.0)
}

func BenchmarkEval(b *testing.B) {
	e, faults := template.Compile(parse(b, `{"fixed":{"a":[1,2,3]},"n.$":"$.list","s.$":"States.Format('{}', $.a.b)","o":{"x.$":"$v.x"}}`))
	require.Empty(b, faults)
	env := environment(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Eval(env); err != nil {
			b.Fatal(err)
		}
	}
}
