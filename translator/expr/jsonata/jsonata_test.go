package jsonata_test

import (
	"testing"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonata"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func parse(t testing.TB, text string) value.Value {
	t.Helper()
	v, err := value.ParseString(text)
	require.NoError(t, err)
	return v
}

func evaluate(t *testing.T, text string, o jsonata.Options, env jsonata.Env) (value.Value, error) {
	t.Helper()
	e, err := jsonata.Compile(text, o)
	require.NoError(t, err, text)
	return e.Evaluate(env)
}

func TestErrorsHavePlaces(t *testing.T) {
	input := parse(t, `{"foo":{"bar":[{"a":1},{"a":"x"}]},"é":1}`)
	for _, c := range []struct {
		text, code, token, message string
		position                   int
	}{
		{`1 + `, "S0207", "(end)", `Unexpected end of expression`, 4},
		{`foo.[1`, "S0203", "(end)", `Expected "]" before end of expression`, 6},
		{`"\q"`, "S0103", "q", `Unsupported escape sequence: \"q"`, 2},
		{`%.x`, "S0217", "path", `The object representing the 'parent' cannot be derived from this expression`, 0},
		{`function($x)<b<x>>{$x}`, "S0401", "", `Type parameters can only be applied to functions and arrays`, 15},
		{`"😀é" & (1 + "a")`, "T2002", "+", `The right side of the "+" operator must evaluate to a number`, 12},
		{`$sum(1, "x")`, "T0410", "sum", `Argument 2 of function "sum" does not match function signature`, 5},
		{`sum(1)`, "T1005", "sum", `Attempted to invoke a non-function. Did you mean $sum?`, 4},
		{`$number("abc")`, "D3030", "number", `Unable to cast value to a number: "abc"`, 8},
		{`$map([1], function($x) { 1 + "a" })`, "T2002", "+", `The right side of the "+" operator must evaluate to a number`, 5},
		{`foo.bar^(a)`, "T2007", "", `Type mismatch when comparing values 1 and "x" in order-by clause`, 8},
		{`true and $error("x")`, "D3137", "and", `x`, 8},
	} {
		e, err := jsonata.Compile(c.text, jsonata.Options{})
		if err == nil {
			_, err = e.Evaluate(jsonata.Env{Input: input})
		}
		fault := requireError(t, err)
		assert.Equal(t, c.code, fault.Code, c.text)
		assert.Equal(t, c.position, fault.Position, c.text)
		assert.Equal(t, c.token, fault.Token, c.text)
		assert.Equal(t, c.message, fault.Message, c.text)
	}
}

func TestNumbersKeepTheirLiteral(t *testing.T) {
	input := parse(t, `{"big":12345678901234567890,"point":1.50}`)
	v, err := evaluate(t, `{"big": big, "point": point, "sum": point + 1}`, jsonata.Options{}, jsonata.Env{Input: input})
	require.NoError(t, err)
	assert.Equal(t, `{"big":12345678901234567890,"point":1.50,"sum":2.5}`, v.String())
}

func TestVariablesAreAskedForOnceAndOnlyWhenUsed(t *testing.T) {
	asked := asking{}
	v, err := evaluate(t, `$a + $a + ($b := 1; $b) + (false ? $c : 0)`, jsonata.Options{}, jsonata.Env{Variables: asked})
	require.NoError(t, err)
	assert.Equal(t, `15`, v.String())
	assert.Equal(t, asking{"a": 1}, asked)
}

type asking map[string]int

func (a asking) Variable(name string) (value.Value, bool) {
	a[name]++
	return value.OfInt(7), true
}

func TestLimits(t *testing.T) {
	for _, c := range []struct {
		text, code string
		limits     jsonata.Limits
	}{
		{`($f := function($n) { $f($n + 1) }; $f(0))`, jsonata.CodeSteps, jsonata.Limits{Steps: 10_000}},
		{`($f := function($n) { 1 + $f($n + 1) }; $f(0))`, jsonata.CodeDepth, jsonata.Limits{}},
		{`$reduce([1..100000], function($a, $b) { [[$a]] })`, jsonata.CodeDepth, jsonata.Limits{}},
		{`$pad("", 100000000)`, jsonata.CodeSize, jsonata.Limits{}},
		{`$reduce([1..100], function($a, $b) { $a & $a }, "x")`, jsonata.CodeSize, jsonata.Limits{}},
		{`[1..10000].[1..10000]`, jsonata.CodeSize, jsonata.Limits{}},
		{`[1..10000000]`, jsonata.CodeSize, jsonata.Limits{Size: 1000}},
		{`$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", /(a+)+\1c/)`, jsonata.CodeSteps, jsonata.Limits{Steps: 100_000}},
		{`$zip([1..10000000], [1..10000000])`, jsonata.CodeSize, jsonata.Limits{}},
	} {
		_, err := evaluate(t, c.text, jsonata.Options{Limits: c.limits}, jsonata.Env{})
		assert.Equal(t, c.code, requireError(t, err).Code, c.text)
	}
	_, err := evaluate(t, `($f := function($n) { $n = 0 ? "done" : $f($n - 1) }; $f(100000))`, jsonata.Options{}, jsonata.Env{})
	assert.NoError(t, err, "a tail call does not nest")
}

func TestObjectsCannotHoldThemselves(t *testing.T) {
	v, err := evaluate(t, `$ ~> |$|{"self": $}|`, jsonata.Options{}, jsonata.Env{Input: parse(t, `{"a":1}`)})
	require.NoError(t, err)
	assert.Equal(t, `{"a":1,"self":{"a":1}}`, v.String())
}

func TestAWSDialect(t *testing.T) {
	for text, want := range map[string]string{
		`$partition([1, 2, 3, 4, 5], 2.9)`:      `[[1,2],[3,4],[5]]`,
		`$range(0, 10.9, 5)`:                    `[0,5,10]`,
		`$range(3, 1, -1)`:                      `[3,2,1]`,
		`$range(1, 0, 1)`:                       `[]`,
		`$hash("abc", "MD5")`:                   `"900150983cd24fb0d6963f7d28e17f72"`,
		`$hash("abc", "SHA-1")`:                 `"a9993e364706816aba3e25717850c26c9cd0d89d"`,
		`$parse('{"a": [1.50, null]}')`:         `{"a":[1.50,null]}`,
		`$random(7) = $random(7)`:               `true`,
		`$random(7) = $random(8)`:               `false`,
		`$random() != $random()`:                `true`,
		`$count($distinct([$uuid(), $uuid()]))`: `2`,
		`$exists($eval)`:                        `false`,
		`$now()`:                                `"2024-02-29T12:00:00.000Z"`,
		`$millis()`:                             `1709208000000`,
	} {
		env := jsonata.Env{Now: time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC), Random: &expr.Random{Seed: 1}}
		v, err := evaluate(t, text, jsonata.Options{AWS: true}, env)
		require.NoError(t, err, text)
		assert.Equal(t, want, v.String(), text)
	}
	for _, text := range []string{`$partition([1], 0)`, `$range(1, 2, 0)`, `$hash("a", "SHA-3")`, `$parse("{")`} {
		_, err := evaluate(t, text, jsonata.Options{AWS: true}, jsonata.Env{})
		assert.Equal(t, jsonata.CodeArgument, requireError(t, err).Code, text)
	}
	_, err := evaluate(t, `$eval("1")`, jsonata.Options{AWS: true}, jsonata.Env{})
	assert.Equal(t, "T1006", requireError(t, err).Code)
	v, err := evaluate(t, `$exists($partition) or $exists($uuid)`, jsonata.Options{}, jsonata.Env{})
	require.NoError(t, err)
	assert.False(t, v.IsTrue())
}

func TestExplain(t *testing.T) {
	input := parse(t, `{"order":{"lines":[{"sku":"a","n":1},{"sku":"b"}],"paid":true}}`)
	for text, want := range map[string]string{
		`order.lines.price`:        `order.lines has no "price": it is an array of 2 with sku, n`,
		`order.paid.at`:            `order.paid has no "at": it is the boolean true`,
		`order.lines[sku = "c"].n`: `nothing in order.lines matches the predicate`,
		`$sum(order.line.n)`:       `order has no "line": it is an object with lines, paid`,
		`($x := order; $x.total)`:  `$x has no "total": it is an object with lines, paid`,
		`$missing.a`:               `the variable $missing is not defined`,
		`order.paid ? order.a : 1`: `order has no "a": it is an object with lines, paid`,
		`false ? 1`:                `the condition does not hold, and there is no other branch`,
		`order.a ~> $uppercase`:    `order has no "a": it is an object with lines, paid`,
		`1 + order.a`:              `order has no "a": it is an object with lines, paid`,
		`order.lines[0].n`:         ``,
		`order.lines.(1 + "a")`:    ``,
	} {
		e, err := jsonata.Compile(text, jsonata.Options{})
		require.NoError(t, err)
		assert.Equal(t, want, e.Explain(jsonata.Env{Input: input}), text)
	}
}

func TestWholePowersAreTheNearestDouble(t *testing.T) {
	for text, want := range map[string]string{
		`$power(1.1, 10)`:   "2.5937424601000023",
		`$power(1.05, 30)`:  "4.321942375150668",
		`$power(9.65, 5)`:   "83682.87006031252",
		`$power(-1.5, -3)`:  "-0.2962962962962963",
		`$power(4, 0.5)`:    "2",
		`$power(-2.5e0, 0)`: "1",
	} {
		got, err := evaluate(t, text, jsonata.Options{}, jsonata.Env{})
		require.NoError(t, err, text)
		assert.Equal(t, want, got.String(), text)
	}
}

func TestFunctionsAsConditions(t *testing.T) {
	for text, want := range map[string]bool{
		`$sum ? true : false`:            true,
		`(function(){ 1 }) ? true:false`: true,
		`[$sum] ? true : false`:          true,
		`/a/ ? true : false`:             false,
		`$boolean($sum)`:                 false,
		`$not($sum)`:                     true,
		`$boolean([$sum])`:               true,
	} {
		got, err := evaluate(t, text, jsonata.Options{}, jsonata.Env{})
		require.NoError(t, err, text)
		assert.Equal(t, want, got.IsTrue(), text)
	}
}

func TestRegularExpressionsEndAtTheirSlash(t *testing.T) {
	for text, want := range map[string]string{
		`$match("a\\", /\\/).match`:          `"\\"`,
		`$match("a\\/b", /\\\//).match`:      `"\\/"`,
		`$split("a\\b", /\\/) ~> $join("/")`: `"a/b"`,
	} {
		got, err := evaluate(t, text, jsonata.Options{}, jsonata.Env{})
		require.NoError(t, err, text)
		assert.Equal(t, want, got.String(), text)
	}
}

func TestFunctionsAreNoResult(t *testing.T) {
	for _, text := range []string{`$sum`, `function($x) { $x }`, `{"f": $sum}`, `[$sum, 1]`} {
		_, err := evaluate(t, text, jsonata.Options{}, jsonata.Env{})
		assert.Equal(t, jsonata.CodeFunction, requireError(t, err).Code, text)
	}
}
