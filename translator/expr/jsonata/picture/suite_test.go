package picture

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// suite is where the reference's own cases may stand beside the project.
const suite = "../../../../../shared/cases/jsonata/groups"

// call matches the cases that are one of our functions applied to literals,
// with what comes out handed to $fromMillis or not.
var (
	call    = regexp.MustCompile(`^(?s)\$(\w+)\((-?[\d.]+(?:[eE]\+?\d+)?|"[^"]*"|'[^']*')(?:\s*,\s*("[^"]*"|'[^']*'))?(?:\s*,\s*("[^"]*"|'[^']*'|\{.*\}))?\)( ~> \$fromMillis\(\)\s*)?$`)
	options = regexp.MustCompile(`["']([\w-]+)["']\s*:\s*["']([^"']*)["']`)
)

type suiteCase struct {
	Expr   string          `json:"expr"`
	Result json.RawMessage `json:"result"`
	Code   string          `json:"code"`
	Error  struct{ Code string }
}

func TestSuite(t *testing.T) {
	if _, err := os.Stat(suite); err != nil {
		t.Skip("the reference's cases do not stand beside the project")
	}
	ran := 0
	for _, group := range []string{"function-formatNumber", "function-formatInteger", "function-parseInteger", "function-fromMillis", "function-tomillis"} {
		files, err := filepath.Glob(filepath.Join(suite, group, "*.json"))
		require.NoError(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			var cases []suiteCase
			if json.Unmarshal(text, &cases) != nil {
				cases = make([]suiteCase, 1)
				require.NoError(t, json.Unmarshal(text, &cases[0]))
			}
			for _, c := range cases {
				if m := call.FindStringSubmatch(c.Expr); m != nil {
					ran++
					t.Run(group+"/"+c.Expr, func(t *testing.T) { c.check(t, m) })
				}
			}
		}
	}
	require.Greater(t, ran, 200)
}

func (c *suiteCase) check(t *testing.T, m []string) {
	got, err := evaluate(t, m[1], m[2], m[3], m[4])
	if millis, ok := got.(float64); ok && m[5] != "" {
		got = ISO(int64(millis))
	}
	if code := c.Code + c.Error.Code; code != "" {
		var fault *Error
		if code == "D3110" {
			require.Nil(t, got)
			return
		}
		require.True(t, errors.As(err, &fault), "%v %v", got, err)
		require.Equal(t, code, fault.Code)
		return
	}
	require.NoError(t, err)
	var want any
	if c.Result != nil {
		require.NoError(t, json.Unmarshal(c.Result, &want))
	}
	assert.Equal(t, want, got)
}

// evaluate calls one of our functions; nil is undefined.
func evaluate(t *testing.T, function, first, second, third string) (any, error) {
	text := func(literal string) string {
		if literal == "" {
			return ""
		}
		return literal[1 : len(literal)-1]
	}
	n := math.NaN()
	if first[0] != '"' && first[0] != '\'' {
		var err error
		n, err = strconv.ParseFloat(first, 64)
		require.NoError(t, err)
	}
	now := time.Date(2018, 3, 23, 10, 33, 36, 617e6, time.UTC)
	switch function {
	case "formatNumber":
		o := DefaultNumberOptions()
		for _, m := range options.FindAllStringSubmatch(third, -1) {
			require.True(t, o.Set(m[1], m[2]))
		}
		return FormatNumber(n, text(second), o)
	case "formatInteger":
		return FormatInteger(n, text(second))
	case "parseInteger":
		return ParseInteger(text(first), text(second))
	case "fromMillis":
		if second == "" {
			return ISO(int64(n)), nil
		}
		return FormatDateTime(int64(n), text(second), text(third))
	case "toMillis":
		millis, ok := ParseISO(text(first))
		var err error
		if second != "" {
			millis, ok, err = ParseDateTime(text(first), text(second), now)
		}
		if !ok {
			return nil, err
		}
		return float64(millis), err
	}
	require.Fail(t, function)
	return nil, nil
}
