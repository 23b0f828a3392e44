package regex

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
)

// question is what both engines are asked.
type question struct {
	Pattern string `json:"p"`
	Flags   string `json:"f"`
	Text    string `json:"t"`
}

// exec.js: every answer is null (no match), "error", or the pairs of offsets,
// in UTF-16 units.
const script = `
const questions = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const answers = questions.map(q => {
	let re;
	try { re = new RegExp(q.p, q.f + 'd'); } catch (e) { return 'error'; }
	const m = re.exec(q.t);
	return m === null ? null : m.indices.map(i => i === undefined ? [-1, -1] : i);
});
process.stdout.write(JSON.stringify(answers));`

// askNode answers as our engine would: pairs of byte offsets.
func askNode(t *testing.T, questions []question) (answers []any) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not in PATH, so there is no JavaScript to compare with")
	}
	text, err := json.Marshal(questions)
	require.NoError(t, err)
	command := exec.Command(node, "-e", script)
	command.Stdin = bytes.NewReader(text)
	out, err := command.Output()
	require.NoError(t, err)
	var raw []json.RawMessage
	require.NoError(t, json.Unmarshal(out, &raw))
	require.Len(t, raw, len(questions))
	for i, r := range raw {
		switch string(r) {
		case "null":
			answers = append(answers, nil)
		case `"error"`:
			answers = append(answers, "error")
		default:
			var pairs [][2]int
			require.NoError(t, json.Unmarshal(r, &pairs))
			for j := range pairs {
				for k := range pairs[j] {
					if pairs[j][k] >= 0 {
						pairs[j][k] = byteOffset(questions[i].Text, pairs[j][k])
					}
				}
			}
			answers = append(answers, pairs)
		}
	}
	return answers
}

func byteOffset(text string, units int) int {
	for i, r := range text {
		if units <= 0 {
			return i
		}
		units -= len(utf16.Encode([]rune{r}))
	}
	return len(text)
}

// ask answers by our engine.
func ask(t *testing.T, q question) any {
	t.Helper()
	re, err := Compile(q.Pattern, q.Flags)
	if err != nil {
		require.IsType(t, &SyntaxError{}, err)
		return "error"
	}
	budget := 1_000_000
	m, found, err := re.Match(q.Text, 0, &budget)
	require.NoError(t, err, "%+v", q)
	if !found {
		return nil
	}
	return pairsOf(m)
}

func pairsOf(m Match) [][2]int {
	pairs := [][2]int{{m.Start, m.End}}
	for _, g := range m.Groups {
		pairs = append(pairs, [2]int{g.Start, g.End})
	}
	return pairs
}

// generator makes patterns that are mostly valid over a small alphabet.
type generator struct{ *rand.Rand }

func (g generator) pick(options ...string) string { return options[g.IntN(len(options))] }

func (g generator) pattern(depth int) string {
	var b strings.Builder
	for n := g.IntN(3) + 1; n > 0; n-- {
		b.WriteString(g.atom(depth))
		if g.IntN(3) == 0 {
			b.WriteString(g.pick("*", "+", "?", "{2}", "{1,2}", "{0,3}", "{2,}", "{0}", "{1"))
			b.WriteString(g.pick("", "", "?"))
		}
	}
	if depth > 0 && g.IntN(4) == 0 {
		b.WriteString("|" + g.pattern(depth-1))
	}
	return b.String()
}

func (g generator) atom(depth int) string {
	if depth > 0 && g.IntN(3) == 0 {
		inside := g.pattern(depth - 1)
		return g.pick("(", "(", "(?:", "(?:", "(?=", "(?!", "(?<=", "(?<!") + inside + ")"
	}
	return g.pick("a", "b", "c", "A", "B", "1", " ", ".", `\w`, `\W`, `\d`, `\D`, `\s`, `\S`, `\b`, `\B`, "^", "$",
		"[ab]", "[^a]", "[a-c1]", "[^A-Z]", `[\w-b]`, `[\s\d]`, "[]", "[^]", "[b-]", `\1`, `\2`, `\n`, `\x61`, `\u0062`, `\u{2}`,
		"é", "É", "ß", "ſ", "\u212a", "[à-ý]", "[ı-ſ]", `\cJ`, `\c`, `\07`, `\8`, "]", "}", "{", "ab", "aa", "\u2028", "[ὀ-ᾳ]", "ᾳ", "ǆ")
}

func (g generator) text() string {
	var b strings.Builder
	for n := g.IntN(9); n > 0; n-- {
		b.WriteString(g.pick("a", "a", "b", "b", "c", "A", "B", "1", " ", "\n", "_", "é", "É", "ß", "ẞ", "ſ", "s", "S", "\u212a", "k", "K",
			"ı", "İ", "I", "\u2028", "\r", "{", "\x07", "ᾳ", "ᾼ", "ǅ", "Ǆ", "à"))
	}
	return b.String()
}

func questions(seed uint64, n int) (all []question) {
	g := generator{rand.New(rand.NewPCG(seed, 5))}
	for range n {
		q := question{Pattern: g.pattern(3), Flags: g.pick("", "", "i", "m", "im", "s")}
		for range 3 {
			q.Text = g.text()
			all = append(all, q)
		}
	}
	return all
}

func TestNodeAgrees(t *testing.T) {
	all := append(questions(1, 10_000), handmade...)
	matches := 0
	for i, want := range askNode(t, all) {
		require.Equal(t, want, ask(t, all[i]), "%+v", all[i])
		if pairs, ok := want.([][2]int); ok && pairs[0][1] > pairs[0][0] {
			matches++
		}
	}
	require.Greater(t, matches, 2_000, "too few questions have an answer that says much")
}

// handmade are what the generator makes too rarely.
var handmade = []question{
	{`(?<y>\d{4})-(?<m>\d\d)`, "", "on 2024-05"}, {`\k<a>(?<a>b)\k<a>`, "", "bb"}, {`\k<a>`, "", "k<a>"}, {`(?<a>.)\k<b>`, "", "aa"},
	{`(?<a>.)(?<a>.)`, "", "aa"}, {`(?<1a>.)`, "", "a"}, {`(?<ä$_1>.)\k`, "", "a"}, {`[\k](?<a>.)`, "", "ka"}, {`(?<`, "", ""}, {`(?`, "", ""},
	{`(?<a`, "", "a"}, {`(`, "", ""}, {`)`, "", ""}, {`[`, "", ""}, {`[a-`, "", ""}, {`[z-a]`, "", ""}, {`a{2,1}`, "", ""}, {`*`, "", ""}, {`a**`, "", ""},
	{`a???`, "", ""}, {`^*`, "", ""}, {`\b+`, "", ""}, {`(?=a)*b`, "", "ab"}, {`(?<=a)*b`, "", ""}, {`{1}`, "", ""}, {`{`, "", "{"}, {`a{,2}`, "", "a{,2}"},
	{`a{99999999999999999999}`, "", "aa"}, {`a{0,99999999999999999999}`, "", "aa"}, {`\`, "", ""}, {`[\`, "", ""}, {`\p{L}`, "", "p{L}"},
	{`(a*)*`, "", "b"}, {`(z)((a+)?(b+)?(c))*`, "", "zaacbbbcac"}, {`(?:(a)|b)*`, "", "ab"}, {`(?:(a)|(b)|(c))+?$`, "", "abc"}, {`(a?)*?$`, "", "aa"},
	{`(?=(a+))a*b\1`, "", "baaabac"}, {`(.*?)a(?!(a+)b\2c)\2(.*)`, "", "baaabaac"}, {`(?<=(\d+)(\d+))$`, "", "1053"}, {`(?<=\1(a))b`, "", "aab"},
	{`(?<=([abc])+)def`, "", "abcdef"}, {`(?<!abc)\w\w\w`, "", "abcdef"}, {`(?<=^|,)x`, "", "a,x"}, {`(?<=a(?=b))b`, "", "ab"}, {`(?<=a.)c`, "s", "a\nc"},
	{`\0`, "", "\x00"}, {`\00a`, "", "\x00a"}, {`\377`, "", "ÿ"}, {`\400`, "", " 0"}, {`[\1\8]`, "", "8"}, {`[\c_]`, "", "\x1f"}, {`[\c]`, "", `\`}, {`[\ca]`, "", "\x01"},
	{`\c1`, "", `\c1`}, {`\xZ`, "", "xZ"}, {`\u12`, "", "u12"}, {`[\b]`, "", "\b"}, {`[\B]`, "", "B"}, {`\e\-\/`, "", "e-/"}, {`(a)\10`, "", "a\b"}, {`\10(a)`, "", "\ba"},
	{`\2(a)(b)`, "", "ab"}, {`(\1a)`, "", "aa"}, {`(a\1)+`, "", "aaa"}, {`[^\s\S]`, "", "a"}, {`[\d-x]+`, "", "1-x"}, {`[x-\d]+`, "", "1-x"}, {`[--/]+`, "", "-./"},
	{`\ud83d\udca9`, "", "a💩"}, {`[\ud800-\udbff][\udc00-\udfff]`, "", "a💩"}, {`[\ud800-\udfff]+`, "", "a💩b"}, {`[^\ud800-\udfff]+`, "", "💩ab"}, {`[\u0000-\uffff]*`, "", "a💩b"},
	{`\s+`, "", "a\u00a0\ufeff\u1680\u3000\u200a\u200b"}, {`a$`, "", "a\n"}, {`a$`, "m", "a\r\n"}, {`^b`, "m", "a\u2028b"}, {`.+`, "", "a\u0085\u2029"}, {`\w+`, "i", "aſK"}, {`[\W]`, "i", "sk"},
	{`[^ſ]`, "i", "s"}, {`Σ+`, "i", "σςΣ"}, {`μ`, "i", "µ"}, {`ω`, "i", "\u2126"}, {`[a-z]+`, "i", "Aſ"}, {`i`, "i", "İı"}, {`ǆ`, "i", "ǅ"},
}

// TestFoldingAsNode compares which characters equal which, over all that Go
// and JavaScript know the case of.
func TestFoldingAsNode(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not in PATH, so there is no JavaScript to compare with")
	}
	out, err := exec.Command(node, "-e", `
const all = [];
for (let c = 0; c < 0x10000; c++) {
	const u = String.fromCharCode(c).toUpperCase();
	all.push(u.length !== 1 || c >= 128 && u.charCodeAt(0) < 128 ? c : u.charCodeAt(0));
}
process.stdout.write(JSON.stringify({all, unicode: process.versions.unicode}));`).Output()
	require.NoError(t, err)
	var upper struct {
		All []rune
	}
	require.NoError(t, json.Unmarshal(out, &upper))
	byCanonical := map[rune][]rune{}
	differ := 0
	for c := range upper.All {
		r := rune(c)
		// Node may know of a newer Unicode, with letters that Go has not yet.
		if canonical(r) != upper.All[c] && unicode.IsLetter(upper.All[c]) {
			differ++
			t.Logf("%U: we have %U, node has %U", r, canonical(r), upper.All[c])
		}
		byCanonical[canonical(r)] = append(byCanonical[canonical(r)], r)
	}
	require.Zero(t, differ)
	for _, same := range byCanonical {
		s := newSet(folded([]span{{same[0], same[0]}}))
		for _, r := range same {
			require.True(t, s.has(r), "%U and %U", same[0], r)
		}
	}
}
