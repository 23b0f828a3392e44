package jsonata

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUses(t *testing.T) {
	cases := map[string][]Use{
		`$states.input.a + $b`:                   {{"states", "input", 7}, {"b", "", 20}},
		`$states`:                                {{"states", "", 7}},
		`$states.*`:                              {{"states", "", 7}},
		"$states.`input`":                        {{"states", "input", 7}},
		`$map($states.result, function($v){$v})`: {{"map", "", 4}, {"states", "result", 12}, {"v", "", 32}, {"v", "", 36}},
		`[1..$n][$ = $states.context.x]`:         {{"n", "", 6}, {"", "", 9}, {"states", "context", 19}},
		`{"k": $a.b{c: $d}}`:                     {{"a", "b", 8}, {"d", "", 16}},
	}
	for text, want := range cases {
		e, err := Compile(text, Options{})
		require.NoError(t, err, text)
		require.ElementsMatch(t, want, e.Uses(), text)
	}
}
