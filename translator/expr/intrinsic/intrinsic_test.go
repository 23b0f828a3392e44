package intrinsic_test

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/intrinsic"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

const input = `{"n":3,"f":2.6,"t":"text","tpl":"n={}","odd":"\\{{}\\} {}","o":{"a":1,"b":[1,"x"]},"list":[10,20,30],"none":[],"null":null,"yes":true,"big":3000000000}`

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

func env(t testing.TB) *expr.Env {
	t.Helper()
	parse := func(text string) value.Value {
		v, err := value.ParseString(text)
		require.NoError(t, err)
		return v
	}
	return &expr.Env{
		Input:   parse(input),
		Context: expr.Fixed{Object: parse(`{"Execution":{"Name":"E"}}`)},
		Vars:    expr.Fixed{Variables: parse(`{"var":{"x":"variable"}}`)},
		Random:  &expr.Random{Seed: 7},
	}
}

func TestCalls(t *testing.T) {
	for _, line := range lines(t, "calls.txt") {
		t.Run(line, func(t *testing.T) {
			text, want, ok := strings.Cut(line, " => ")
			cause := ""
			if !ok {
				text, cause, ok = strings.Cut(line, " ! ")
				require.True(t, ok)
			}
			call, err := intrinsic.Parse(text)
			require.NoError(t, err)
			assert.Equal(t, text, call.String())
			got, err := call.Eval(env(t))
			if cause != "" {
				assert.Equal(t, &expr.Error{Name: expr.Runtime, Cause: "The function '" + text + "' had the following error: " + cause}, err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, want, got.String())
		})
	}
}

func TestFaults(t *testing.T) {
	for _, line := range lines(t, "faults.txt") {
		at := strings.LastIndex(line, " @ ")
		want, err := strconv.Atoi(line[at+3:])
		require.NoError(t, err)
		t.Run(line, func(t *testing.T) {
			_, err := intrinsic.Parse(line[:at])
			require.IsType(t, (*intrinsic.SyntaxError)(nil), err)
			assert.Equal(t, want, err.(*intrinsic.SyntaxError).Offset, err.Error())
		})
	}
}

// TestCause names the whole call and not the inner one, and the input whatever
// the path starts from.
func TestCause(t *testing.T) {
	small := &expr.Env{Input: value.OfObject(value.Member{Name: "other", Value: value.OfInt(1)})}
	for text, path := range map[string]string{
		"States.Format('{}', States.Format('{}', $.nope))": "$.nope",
		"States.Format('{}',$$.Nope.Deep)":                 "$.Nope.Deep",
		"States.MathAdd($.other, $.a.b)":                   "$.a.b",
	} {
		call, err := intrinsic.Parse(text)
		require.NoError(t, err)
		_, err = call.Eval(small)
		var failure *expr.Error
		require.True(t, errors.As(err, &failure))
		assert.Equal(t, "The function '"+text+"' had the following error: The JsonPath argument for the field '"+path+
			"' could not be found in the input '{\"other\":1}'", failure.Cause)
	}
}

func TestLongTexts(t *testing.T) {
	for name, rest := range map[string]string{"States.Base64Encode": "", "States.Base64Decode": "", "States.Hash": ", 'MD5'"} {
		for length, fails := range map[int]bool{10_000: false, 10_004: true} {
			call, err := intrinsic.Parse(name + "($.t" + rest + ")")
			require.NoError(t, err)
			long := value.OfObject(value.Member{Name: "t", Value: value.OfString(strings.Repeat("a", length))})
			_, err = call.Eval(&expr.Env{Input: long})
			assert.Equal(t, fails, err != nil, "%s with %d characters: %v", name, length, err)
		}
	}
}

func TestRandom(t *testing.T) {
	eval := func(text string, random *expr.Random) string {
		call, err := intrinsic.Parse(text)
		require.NoError(t, err)
		v, err := call.Eval(&expr.Env{Random: random})
		require.NoError(t, err)
		return v.String()
	}
	assert.Equal(t, eval("States.UUID()", &expr.Random{Seed: 1}), eval("States.UUID()", &expr.Random{Seed: 1}))
	assert.NotEqual(t, eval("States.UUID()", &expr.Random{Seed: 1}), eval("States.UUID()", &expr.Random{Seed: 2}))
	assert.Regexp(t, `^"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"$`, eval("States.UUID()", &expr.Random{Seed: 3}))

	random := &expr.Random{Seed: 4}
	seen := map[string]bool{}
	for range 200 {
		seen[eval("States.MathRandom(-1, 2)", random)] = true
	}
	assert.Equal(t, map[string]bool{"-1": true, "0": true, "1": true}, seen)

	seeded := eval("States.MathRandom(1, 1000000, 42)", nil)
	assert.Equal(t, seeded, eval("States.MathRandom(1, 1000000, 42)", random), "a seed makes the stream count for nothing")
	assert.NotEqual(t, seeded, eval("States.MathRandom(1, 1000000, 43)", nil))

	call, err := intrinsic.Parse("States.UUID()")
	require.NoError(t, err)
	_, err = call.Eval(&expr.Env{})
	assert.IsType(t, (*expr.Error)(nil), err)
}

func TestTable(t *testing.T) {
	names := intrinsic.Names()
	assert.Len(t, names, 18)
	tried := strings.Join(lines(t, "calls.txt"), "\n")
	for _, name := range names {
		if name != "States.UUID" { // which gives another result each time: TestRandom
			assert.True(t, strings.Contains(tried, name+"("), "no case for %s", name)
		}
	}
	call, err := intrinsic.Parse("States.Format('{} {}', $.a, States.MathAdd($b, $$.c))  ")
	require.NoError(t, err)
	assert.Equal(t, "States.Format", call.Function())
	var paths []string
	for _, p := range call.Paths() {
		paths = append(paths, p.String())
	}
	assert.Equal(t, []string{"$.a", "$b", "$$.c"}, paths)
}

// FuzzCall checks that any text is a call or a fault inside the text, and that
// a call gives the same bytes again from the same seed.
func FuzzCall(f *testing.F) {
	for _, line := range append(lines(f, "calls.txt"), lines(f, "faults.txt")...) {
		text, _, _ := strings.Cut(line, " => ")
		text, _, _ = strings.Cut(text, " ! ")
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		call, err := intrinsic.Parse(text)
		if err != nil {
			if s, ok := err.(*intrinsic.SyntaxError); !ok || s.Offset < 0 || s.Offset > len(text) || s.Reason == "" {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		first, err := call.Eval(env(t))
		again, errAgain := call.Eval(env(t))
		if err != nil {
			if _, ok := err.(*expr.Error); !ok || err.Error() != errAgain.Error() {
				t.Fatalf("%q: %v, then %v", text, err, errAgain)
			}
			return
		}
		if first.IsAbsent() || first.String() != again.String() {
			t.Fatalf("%q: %s, then %s", text, first, again)
		}
	})
}

func BenchmarkEval(b *testing.B) {
	e := env(b)
	for _, text := range []string{
		"States.Format('Hello {}, {}', $.t, $.n)", "States.MathAdd($.n, 1)", "States.ArrayGetItem($.list, 1)", "States.UUID()",
	} {
		call, err := intrinsic.Parse(text)
		require.NoError(b, err)
		b.Run(call.Function(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := call.Eval(e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
