package jsonata_test

import (
	"errors"
	"testing"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonata"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/stretchr/testify/require"
)

var seeds = []string{
	`a.b[0].c`, `$sum(a.(b * c))`, `a^(>b, c){d: $count($)}`, `a@$x#$i.b[%.c = $i].{"x": $x}`, `$ ~> |a|{"b": 1}, "c"|`,
	`($f := function($n)<n:n>{$n < 2 ? $n : $f($n - 1) + $f($n - 2)}; $f(7))`, `$map([1..9], $power(?, 2))[$ > 5]`,
	`$replace("abc", /(a)(b)?/i, "$1-$2$$")`, `$merge($each($, function($v, $k) { {$k & "!": $v} }))`, `**.b ~> $distinct()`,
	`$eval("1 + a")`, `$formatNumber(12.5, "#0.00")`, `$fromMillis(0, "[Y]-[M01]")`, `"\u00e9\ud83d\ude00" & 'x'`, `/* c */ [a, b][]`,
	`$reduce([1..5], function($a, $b) { [$a, $b] })`, "`odd name`.$.*.**", `a ? b : c`, `{"a": {"b": []}}.a.b[-1]`, `x in ["y"] or not`,
	`$single(a, function($v) { $v.b = 2 })`, `$sort(a, function($l, $r) { $l.b > $r.b })`, `$hash("a", "MD5") & $uuid()`, `$toMillis("2024-02-29T12:00:00Z")`,
	`$each(?, ?)(a, $string)`, `$zip(?)(1)`, `$ ~> |**|{"z": $}|`, `**.b{$string(): $}`, `[1..3][[0, 0]]`,
}

func FuzzCompile(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, err := jsonata.Compile(text, jsonata.Options{})
		if err != nil {
			fault := requireError(t, err)
			require.GreaterOrEqual(t, fault.Offset, 0)
			require.LessOrEqual(t, fault.Offset, len(text))
		}
	})
}

func FuzzEvaluate(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, `{"a":[{"b":1,"c":2.50},{"b":2,"c":[1,2]}],"b":{"a":null},"c":"x"}`, false)
		f.Add(s, `[1,"a",{"a":{"b":[]}}]`, true)
	}
	limits := jsonata.Limits{Steps: 20_000, Depth: 500, Size: 100_000}
	f.Fuzz(func(t *testing.T, text, document string, aws bool) {
		input, err := value.ParseString(document)
		if err != nil {
			return
		}
		e, err := jsonata.Compile(text, jsonata.Options{AWS: aws, Limits: limits})
		if err != nil {
			requireError(t, err)
			return
		}
		before := input.String()
		env := jsonata.Env{Input: input, Now: time.UnixMilli(1_700_000_000_000)}
		require.Equal(t, outcome(t, e, env), outcome(t, e, env))
		require.Equal(t, before, input.String())
		e.Explain(env)
	})
}

// outcome is the value or the error as text.
func outcome(t *testing.T, e *jsonata.Expression, env jsonata.Env) string {
	v, err := e.Evaluate(env)
	if err != nil {
		fault := requireError(t, err)
		return fault.Error() + fault.Token + fault.Value.String()
	}
	if v.IsAbsent() {
		return "undefined"
	}
	return v.String()
}

func requireError(t *testing.T, err error) *jsonata.Error {
	t.Helper()
	var fault *jsonata.Error
	if !errors.As(err, &fault) {
		require.Failf(t, "not an *Error", "%T %v", err, err)
	}
	require.NotEmpty(t, fault.Code)
	require.NotEmpty(t, fault.Message, fault.Code)
	return fault
}
