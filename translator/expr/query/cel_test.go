package query_test

import (
	"testing"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/query"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func parse(t *testing.T, text string) value.Value {
	v, err := value.ParseString(text)
	require.NoError(t, err)
	return v
}

func celEnv(t *testing.T) *expr.Env {
	return &expr.Env{
		Input:   parse(t, `{"n":1,"order":{"id":"o1","lines":[]}}`),
		Result:  parse(t, `{"z":1,"a":2}`),
		Context: expr.Fixed{Object: parse(t, `{"State":{"Name":"A"}}`)},
		Vars:    expr.Fixed{Variables: parse(t, `{"limit":2}`)},
		Now:     time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC),
	}
}

func TestCELValues(t *testing.T) {
	for text, want := range map[string]string{
		`"{% states.input.n + limit %}"`:                                      `3`,
		`{"b":"{% states.result %}","a":["{% limit %}","{%"],"c":"plain {%"}`: `refused`,
		`{"b":"{% states.result %}","a":["{% limit %}",2.0],"c":"plain {%"}`:  `{"b":{"z":1,"a":2},"a":[2,2.0],"c":"plain {%"}`,
		`"{% states.context.State.Name + string(now()) %}"`:                   `"A2024-02-29T12:00:00Z"`,
		`"{% states %}"`: `{"input":{"n":1,"order":{"id":"o1","lines":[]}},"context":{"State":{"Name":"A"}},"result":{"z":1,"a":2}}`,
	} {
		compiled := query.Compile(query.CEL{}, parse(t, text), "Output")
		if want == "refused" {
			assert.Len(t, compiled.Faults, 1, text)
			continue
		}
		require.Empty(t, compiled.Faults, text)
		v, err := compiled.Expr.Eval(celEnv(t))
		require.NoError(t, err, text)
		assert.Equal(t, want, v.String(), text)
	}
}

func TestCELCauses(t *testing.T) {
	for text, want := range map[string]string{
		`states.input.order.total`: `threw an error during evaluation. states.input.order has no member total; it has id, lines`,
		`nothing + 1`:              `threw an error during evaluation. there is no variable nothing`,
		`states.errorOutput.Cause`: `threw an error during evaluation. states has no member errorOutput; it has none`,
		`1 / 0`:                    `threw an error during evaluation. division by zero`,
		`states.input.?total`:      `returned nothing (undefined).`,
		`{1: 2}`:                   `returned an unsupported result type. a map with a key that is no string is no JSON value`,
		`uuid()`:                   `threw an error during evaluation. there are no random numbers here`,
		`lists.range(90000).exists(x, lists.range(90000).exists(y, x + y < 0))`: `threw an error during evaluation. Expression evaluation timeout: its cost exceeds the limit`,
	} {
		compiled := query.Compile(query.CEL{}, value.OfString("{% "+text+" %}"), "Catch[0]/Output")
		require.Empty(t, compiled.Faults, text)
		_, err := compiled.Expr.Eval(celEnv(t))
		assert.Equal(t, &expr.Error{
			Name:     expr.QueryEvaluationError,
			Cause:    "The CEL expression '" + text + "' specified for the field 'Catch[0]/Output' " + want,
			Location: "Catch[0]/Output",
		}, err, text)
	}
}

func TestCELConditions(t *testing.T) {
	condition := func(text string) (value.Value, error) {
		return query.Condition(query.CEL{}, value.OfString(text), "Choices[0]/Condition").Expr.Eval(celEnv(t))
	}
	v, err := condition(`{% states.input.n == 1 %}`)
	require.NoError(t, err)
	assert.Equal(t, value.True, v)
	_, err = condition(`{% states.input.n %}`)
	assert.ErrorContains(t, err, "returned an unexpected result type. Expected 'boolean', but was 'number' for value: 1")
}

func TestCELFaultsHavePlaces(t *testing.T) {
	compiled := query.Compile(query.CEL{}, parse(t, `{"a":["{%  1 + 'é' %}"],"b":"{% 'é' + nothing(1) %}"}`), "Output")
	require.Len(t, compiled.Faults, 2)
	assert.Equal(t, expr.Fault{Pointer: []string{"a", "0"}, Offset: 6, Reason: "there is no '+' of (int, string)"}, compiled.Faults[0])
	assert.Equal(t, expr.Fault{Pointer: []string{"b"}, Offset: 10, Reason: "undeclared reference to 'nothing'"}, compiled.Faults[1])
}
