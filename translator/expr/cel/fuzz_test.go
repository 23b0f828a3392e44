package cel_test

import (
	"testing"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/cel"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/stretchr/testify/require"
)

// FuzzEvaluate: a text is an expression or an *Error with a place in it; an
// evaluation gives a value or an *Error, and the same one again, from a program
// that was compiled again.
func FuzzEvaluate(f *testing.F) {
	for _, text := range []string{
		`states.input.orders.filter(o, o.n > 1).map(o, {o.id: o.price})`, `{'z': 1, 'a': [limit, now(), uuid()]}`, `states.input.?q.?r.orValue(1u)`,
		`states.input.m.transformMap(k, v, k != 'b', [v, k])`, `cel.bind(x, {'b': 1}, x.b + states.input.z)`, `'%s %d %.2f'.format([states.input, 1, 2.5])`,
		`timestamp('2024-01-01T00:00:00Z').getHours('+01:00') == 1 ? b'x' : null`, `json.decode(json.encode(states)).input.a`, `[3, 1, 2].sort().reverse().slice(0, 2)`,
		"states.`a-b`.c", `sets.intersects([1], states.input.m.b)`, `math.greatest(states.input.m.b)`, `type(limit) == list`, `1/0`, `"\u00e9"[0`, `{1: 2u, true: -3.5e300}`,
		`[1].transformMapEntry(i, v, {i: v})`, `regex.extractAll('a1b2', '[a-z]([0-9])')`, `lists.range(5).exists_one(x, x % 3 == 1)`, `'a'.split('').join(states.input.name)`,
	} {
		f.Add(text, document)
	}
	f.Fuzz(func(t *testing.T, text, data string) {
		variables, err := value.ParseString(data)
		if err != nil {
			variables = value.EmptyObject
		}
		first := outcome(t, text, variables)
		require.Equal(t, first, outcome(t, text, variables))
	})
}

func outcome(t *testing.T, text string, variables value.Value) string {
	e, err := cel.Compile(text)
	if err != nil {
		var fault *cel.Error
		require.ErrorAs(t, err, &fault)
		require.Equal(t, cel.CodeSyntax, fault.Code)
		require.NotEmpty(t, fault.Message)
		require.True(t, 0 <= fault.Offset && fault.Offset <= len(text), "offset %d", fault.Offset)
		return fault.Error()
	}
	for _, use := range e.Uses() {
		require.True(t, 0 <= use.Offset && use.Offset < len(text), "%+v", use)
	}
	environment := env(t, document)
	environment.Variables = expr.Fixed{Variables: variables}
	v, err := e.Evaluate(environment)
	if err != nil {
		var fault *cel.Error
		require.ErrorAs(t, err, &fault)
		require.NotEqual(t, cel.CodeSyntax, fault.Code)
		require.NotContains(t, fault.Message, "internal error")
		return fault.Error()
	}
	if kind := e.Kind(); kind != value.Absent {
		require.Equal(t, kind, v.Kind(), "%s gave %s", text, v)
	}
	again, err := value.ParseString(v.String())
	require.NoError(t, err)
	require.Equal(t, v.String(), again.String())
	return v.String()
}
