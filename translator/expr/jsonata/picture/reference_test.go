package picture

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// reference names a folder with jsonata 2.0.6 in its node_modules.
const reference = "JSONATA_JS"

// question is a function with its arguments: [n, picture], [text, picture] or
// [millis, picture, zone].
type question struct {
	Function  string `json:"f"`
	Arguments []any  `json:"a"`
}

type answer struct {
	Result any    `json:"r"`
	Code   string `json:"e"`
}

const script = `
const jsonata = require('jsonata');
const questions = JSON.parse(require('fs').readFileSync(0, 'utf8'));
(async () => {
	const answers = [];
	for (const q of questions) {
		const names = q.a.map((_, i) => 'abc'[i]);
		try {
			const e = jsonata('$' + q.f + '(' + names.join(',') + ')');
			let r = await e.evaluate(Object.fromEntries(names.map((n, i) => [n, q.a[i]])));
			answers.push({r: typeof r === 'number' && !isFinite(r) || r === undefined ? null : r});
		} catch (e) { answers.push({e: e.code || 'thrown ' + e.message}); }
	}
	process.stdout.write(JSON.stringify(answers));
})();`

// TestReferenceAgrees asks jsonata-js what it makes of generated pictures.
func TestReferenceAgrees(t *testing.T) {
	folder := os.Getenv(reference)
	if folder == "" {
		t.Skip(reference + " names no folder with jsonata 2.0.6, so there is nothing to compare with")
	}
	g := generator{rand.New(rand.NewPCG(3, 11))}
	var questions []question
	for range 6_000 {
		questions = append(questions, g.number(), g.integer(), g.parseInteger(), g.format(), g.parse(), g.iso())
	}
	text, err := json.Marshal(questions)
	require.NoError(t, err)
	command := exec.Command("node", "-e", script)
	command.Dir = folder
	command.Env = append(os.Environ(), "TZ=UTC")
	command.Stdin = bytes.NewReader(text)
	out, err := command.Output()
	require.NoError(t, err)
	var answers []answer
	require.NoError(t, json.Unmarshal(out, &answers))
	results := map[string]int{}
	for i, q := range questions {
		got := ours(q)
		if strings.HasPrefix(answers[i].Code, "thrown") {
			answers[i].Code = got.Code // a JavaScript error; any of ours will do
			require.NotEmpty(t, got.Code, "%s %q", q.Function, q.Arguments)
		}
		if want := answers[i]; !assert.Equal(t, want, got, "%s %q", q.Function, q.Arguments) && results["failed"] > 20 {
			t.FailNow()
		}
		if t.Failed() {
			results["failed"]++
		}
		if got.Result != nil {
			results[q.Function]++
		}
	}
	for _, function := range []string{"formatNumber", "formatInteger", "parseInteger", "fromMillis", "toMillis"} {
		require.Greater(t, results[function], 500, function)
	}
}

func ours(q question) (a answer) {
	var err error
	switch q.Function {
	case "formatNumber":
		a.Result, err = FormatNumber(q.Arguments[0].(float64), q.Arguments[1].(string), DefaultNumberOptions())
	case "formatInteger":
		a.Result, err = FormatInteger(q.Arguments[0].(float64), q.Arguments[1].(string))
	case "parseInteger":
		var n float64
		if n, err = ParseInteger(q.Arguments[0].(string), q.Arguments[1].(string)); !math.IsNaN(n) && !math.IsInf(n, 0) {
			a.Result = n
		}
	case "fromMillis":
		a.Result, err = FormatDateTime(int64(q.Arguments[0].(float64)), q.Arguments[1].(string), q.Arguments[2].(string))
	case "toMillis":
		var millis int64
		var ok bool
		if len(q.Arguments) == 1 {
			millis, ok = ParseISO(q.Arguments[0].(string))
		} else {
			millis, ok, err = ParseDateTime(q.Arguments[0].(string), q.Arguments[1].(string), time.UnixMilli(0))
		}
		if ok {
			a.Result = float64(millis)
		}
	}
	var fault *Error
	if errors.As(err, &fault) {
		return answer{Code: fault.Code}
	}
	return a
}

// generator makes questions that are near what is allowed.
type generator struct{ *rand.Rand }

func (g generator) pick(options ...string) string { return options[g.IntN(len(options))] }

func (g generator) many(least, most int, options ...string) (text string) {
	for n := least + g.IntN(most-least+1); n > 0; n-- {
		text += g.pick(options...)
	}
	return text
}

func (g generator) value() float64 {
	switch g.IntN(4) {
	case 0:
		return float64(g.IntN(3000) - 500)
	case 1:
		return float64(g.IntN(20000)-2000) / 8
	case 2:
		return math.Round(math.Pow(10, g.Float64()*17))
	}
	return (g.Float64() - 0.2) * math.Pow(10, float64(g.IntN(12)-4))
}

func (g generator) number() question {
	n := g.value()
	picture := g.pick("", "", "p", "(") + g.many(0, 4, "#", "#", ",", "#,") + g.many(0, 4, "0", "0", "0", "00,")
	picture += g.pick("", ".", ".0", ".00", ".0##", ".##", ".000,0", ".0#0", ",.0") + g.pick("", "", "", "e0", "e00", "e")
	picture += g.pick("", "", "%", "‰", " x", ")", "e", "%%")
	if g.IntN(8) == 0 {
		picture += ";" + g.pick("(0)", "-0.0", "0;", "#")
	}
	if n <= 0 {
		n = -n + 1 // with an exponent the reference never ends
		for i := range picture {
			if picture[i] == 'e' {
				return question{"formatNumber", []any{n, picture}}
			}
		}
		n = 1 - n
	}
	return question{"formatNumber", []any{n, picture}}
}

func (g generator) integerPicture() string {
	switch g.IntN(3) {
	case 0:
		return g.pick("A", "a", "I", "i", "W", "w", "Ww", "w;o", "W;o", "Ww;o(-x)", "α", "#", "", "x")
	case 1:
		return g.pick("#,##0", "0", "000", "#:###,##0", "##,##,##0", "###١", "#,##０", "0٠", "0,0", "#,0;o", "000;o", "1;x", "0;;o")
	}
	return g.many(0, 4, "#", "#", ",", ".") + g.many(1, 4, "0", "0", "9", ",", "'") + g.pick("", "", ";o", ";")
}

func (g generator) integer() question {
	n := g.value()
	if n < 0 && g.IntN(2) == 0 {
		n = -n
	}
	picture := g.integerPicture()
	if (picture == "I" || picture == "i") && math.Abs(n) > 1e6 {
		n = math.Mod(n, 1e6)
	}
	return question{"formatInteger", []any{n, picture}}
}

func (g generator) parseInteger() question {
	picture := g.integerPicture()
	text := g.pick("12", "1,234", "-7", "  8x", "one", "twenty-first", "one hundred and two", "MCM", "xiv", "abc", "", "q", "٣", "12th", "1,000st", "0x1F")
	if n := math.Abs(g.value()); g.IntN(3) > 0 {
		text, _ = FormatInteger(math.Mod(n, 1e6), picture)
	}
	if zero := []rune(picture + "x")[0]; zero > 127 || zero == '#' {
		picture = g.pick("###0", "A", "w", "0;o", "I") // others throw where text has other digits
	}
	return question{"parseInteger", []any{text, picture}}
}

func (g generator) marker() string {
	return "[" + g.pick("Y", "M", "D", "d", "F", "W", "w", "X", "x", "H", "h", "P", "m", "s", "f", "Z", "z", "C", "E") +
		g.pick("", "", "", "1", "01", "0001", "001", "#1", "I", "a", "w", "Ww", "n", "N", "Nn", "9,999,*", "i") +
		g.pick("", "", "", "", "o", "t", " ", "c") + g.pick("", "", "", "", ",2", ",2-2", ",*-3", ",3-3", ",4", ",*") + "]"
}

func (g generator) format() question {
	millis := math.Floor((g.Float64() - 0.4) * 4e12)
	if g.IntN(10) == 0 {
		millis *= 30
	}
	picture := g.pick("", "at ", "[[", "]]")
	for n := 1 + g.IntN(3); n > 0; n-- {
		marker := g.marker()
		for marker[1] == 'f' && (marker[2] == 'n' || marker[2] == 'N') {
			marker = g.marker() // the reference throws
		}
		picture += marker + g.pick("", "-", " ", "]]x")
	}
	if g.IntN(30) == 0 {
		picture += g.pick("[", "[]", "[q]", "[Y")
	}
	return question{"fromMillis", []any{millis, picture, g.pick("+0000", "+0530", "-0500", "-0330", "+1400", "0100", "5", "-0030")}}
}

// parse formats a time and reads it, so that most questions have an answer.
func (g generator) parse() question {
	// From the largest component on: what is missing would come from now.
	date := g.pick("[Y]-[M]-[D]", "[Y0001][M01][D01]", "[D1o] [MNn] [Y]", "[YI] [M01,2-2] [Dw]", "[Y] [d]", "[Y,2]-[M]-[D]", "[Y0001]-[d001]", "[FNn], [D] [MNn,3-3] [Y]",
		"[Yw], [MNn] [Dwo]", "[Y]/[M#1]", "[Y]", "[X]-[W]-[F1]", "[X] [x] [w] [F1]", "[Y]-[D]", "[Yi] [MA] [Da]", "[Y] [Mn] [D]", "[Y]-[M,1]-[D,1-2]", "[Y##01]-[M]-[D]", "[YN]", "[Y] [C]")
	clock := g.pick("", "", " [H]:[m]:[s]", " [H01]:[m01]", " [h]:[m] [P]", " [h]:[m]:[s] [PN]", " [H]", " [H] [s]", " [h#1] [Pn]", " [H]:[m]:[s].[f001]", "[H01][m01][s01][f001]", " [P]")
	zone := g.pick("", "", "", "[Z]", "[z]", "[Z0101]", "[Z01:01t]", "[z01]", "[Z0]")
	millis := int64((g.Float64() - 0.3) * 3e12)
	picture := date + clock + zone
	text, err := FormatDateTime(millis, picture, g.pick("", "+0530", "-0500", "-0330"))
	if err != nil || g.IntN(10) == 0 {
		text = g.pick("2018-05-22", "2018 5", "x", "2018-05-22 10:00")
	}
	return question{"toMillis", []any{text, picture}}
}

func (g generator) iso() question {
	text := fmt.Sprintf("%04d", g.IntN(2500))
	if g.IntN(5) > 0 {
		text += fmt.Sprintf("-%02d", g.IntN(14))
		if g.IntN(5) > 0 {
			text += fmt.Sprintf("-%02d", g.IntN(34))
		}
	}
	if g.IntN(3) > 0 {
		text += fmt.Sprintf("T%02d:%02d:%02d", g.IntN(26), g.IntN(60), g.IntN(60)) + g.pick("", "", ".1", ".123", ".98765")
		text += g.pick("", "Z", "Z", "+01:00", "-0530", "+2359")
	}
	return question{"toMillis", []any{text}}
}
