package regex

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// known are answers that ECMA-262 gives itself or that nobody disputes.
// A group is written between the bars, - for one that took no part.
var known = []struct{ pattern, flags, text, want string }{
	{`a|ab`, "", "abc", "a"},
	{`((a)|(ab))((c)|(bc))`, "", "abc", "abc|a|a|-|bc|-|bc"},
	{`a[a-z]{2,4}`, "", "abcdefghi", "abcde"},
	{`a[a-z]{2,4}?`, "", "abcdefghi", "abc"},
	{`(aa|aabaac|ba|b|c)*`, "", "aabaac", "aaba|ba"},
	{`(z)((a+)?(b+)?(c))*`, "", "zaacbbbcac", "zaacbbbcac|z|ac|a|-|c"},
	{`(a*)*`, "", "b", "|-"},
	{`(?=(a+))`, "", "baaabac", "|aaa"},
	{`(?=(a+))a*b\1`, "", "baaabac", "aba|a"},
	{`(.*?)a(?!(a+)b\2c)\2(.*)`, "", "baaabaac", "baaabaac|ba|-|abaac"},
	{`^.$`, "", "\n", ""},
	{`^.$`, "s", "\n", "\n"},
	{`a$`, "", "a\n", ""},
	{`a$`, "m", "a\n", "a"},
	{`(?<=\$)\d+(\.\d*)?`, "", "cost $10.53", "10.53|.53"},
	{`(?<!\$)\b\d+`, "", "$5 6", "6"},
	{`(?<year>\d{4})-\k<year>`, "", "2024-2024", "2024-2024|2024"},
	{`ΑΒΓ`, "i", "αβγ", "αβγ"},
	{`k`, "i", "\u212a", ""},
	{`💩`, "", "a💩b", "💩"},
	{`^.$`, "", "💩", "💩"},
	{`💩{2}`, "", "💩💩", "💩💩"},
	{`[^a]`, "", "a💩", "💩"},
	{"�*�\xb4", "", "\xaf\xf5\x8c\x9b{", "\xaf\xf5\x8c\x9b"},
	{`[^x]\B`, "", "\x9b\x9bx", "\x9b"},
}

func TestKnownAnswers(t *testing.T) {
	for _, k := range known {
		re, err := Compile(k.pattern, k.flags)
		require.NoError(t, err)
		budget := 100_000
		m, found, err := re.Match(k.text, 0, &budget)
		require.NoError(t, err)
		got := ""
		if found {
			got = k.text[m.Start:m.End]
			for _, g := range m.Groups {
				if g.Start < 0 {
					got += "|-"
				} else {
					got += "|" + k.text[g.Start:g.End]
				}
			}
		}
		assert.Equal(t, k.want, got, "%s on %q", re, k.text)
		assert.Less(t, budget, 100_000)
	}
}

// All matches of a text, one after the other, see what stands before them.
func TestMatchFrom(t *testing.T) {
	for _, test := range []struct{ pattern, text, want string }{
		{`\bb`, "ab b", "b@3"}, {`^a`, "aa", "a@0"}, {`(?<=a)b|c`, "abc", "b@1 c@2"}, {`b+`, "ababbxabbcc", "b@1 bb@3 bb@7"}, {`\Ba+`, "aaa", "aa@1"},
		{`é`, "éaé", "é@0 é@3"}, {`(?:a+)+b`, "xaabaab", "aab@1 aab@4"},
	} {
		re, err := Compile(test.pattern, "g")
		require.NoError(t, err)
		var got []string
		budget := 10_000
		for from := 0; ; {
			m, found, err := re.Match(test.text, from, &budget)
			require.NoError(t, err)
			if !found {
				break
			}
			got = append(got, test.text[m.Start:m.End]+"@"+string(rune('0'+m.Start)))
			from = m.End
		}
		assert.Equal(t, test.want, strings.Join(got, " "), test.pattern)
	}
	re, err := Compile("", "")
	require.NoError(t, err)
	budget := 10
	for _, from := range []int{-1, 2} {
		_, found, err := re.Match("a", from, &budget)
		require.NoError(t, err)
		require.False(t, found)
	}
}

func TestGroupNames(t *testing.T) {
	re, err := Compile(`(a)(?<b>c)[(](?:d)`, "i")
	require.NoError(t, err)
	require.Equal(t, 2, re.NumGroups())
	require.Equal(t, []string{"", "b"}, re.GroupNames())
	require.Equal(t, `/(a)(?<b>c)[(](?:d)/i`, re.String())
}

func TestSyntaxErrors(t *testing.T) {
	for _, test := range []struct {
		pattern, flags string
		offset         int
		reason         string
	}{
		{`ab(c`, "", 2, "unterminated group"}, {`ab)c`, "", 2, "unmatched )"}, {`a[b`, "", 1, "unterminated class"}, {`é*?+`, "", 4, "nothing to repeat"},
		{`a[z-b]`, "", 2, "range out of order in a class"}, {`a{2,1}`, "", 1, "numbers out of order in a quantifier"}, {`ab\`, "", 2, `\ at the end`},
		{`(?<a>.)(?<a>.)`, "", 7, "two groups are named a"}, {`(?<a>.)\k<b>`, "", 7, "there is no group named b"}, {`a(?i)`, "", 1, "invalid group"},
		{`a`, "x", 0, `flag 'x' is unknown or given twice`}, {`a`, "ii", 0, `flag 'i' is unknown or given twice`},
		{strings.Repeat("(", 2000), "", 500, "groups are nested too deeply"},
	} {
		_, err := Compile(test.pattern, test.flags)
		var fault *SyntaxError
		require.ErrorAs(t, err, &fault, test.pattern)
		assert.Equal(t, SyntaxError{test.offset, test.reason}, *fault, test.pattern)
	}
}

// What only backtracking can do ends when the budget does; what Go's regexp
// can do as well ends with an answer.
func TestRunaways(t *testing.T) {
	text := strings.Repeat("a", 10_000)
	for _, test := range []struct {
		pattern string
		over    bool
	}{
		{`(?:a+)+b`, false}, {`(?:a|a)+b`, false}, {`(a+)(a+)(a+)b`, false}, {`(?:a+)+$`, false}, {`(a+)+b`, true}, {`(?:a+)+(?=b)`, true}, {`(a*)*b`, true}, {`(a)(?:a+)+\1b`, true},
	} {
		re, err := Compile(test.pattern, "")
		require.NoError(t, err)
		budget := 1_000_000
		_, _, err = re.Match(text, 0, &budget)
		var over *BudgetError
		assert.Equal(t, test.over, errors.As(err, &over), test.pattern)
		assert.GreaterOrEqual(t, budget, 0)
		if test.over {
			assert.Zero(t, budget, test.pattern)
		}
	}
}

// The two engines agree wherever the linear one may be asked.
func TestLinearAgrees(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(7, 7))}
	compared := 0
	for range 20_000 {
		pattern := g.pattern(3)
		re, err := Compile(pattern, g.pick("", "i", "s"))
		if err != nil || re.linear == nil {
			continue
		}
		for range 4 {
			text, from := g.text(), 0
			if !re.program.looksBehind && text != "" {
				for from = g.IntN(len(text)); !utf8.RuneStart(text[from]); from-- {
				}
			}
			left, budget := 100_000, 100_000
			want, found, done := re.program.search(text, from, &left)
			require.True(t, done)
			got, foundToo, err := re.matchLinear(text, from, &budget)
			require.NoError(t, err)
			require.Equal(t, found, foundToo, "%s on %q from %d", re, text, from)
			require.Equal(t, want, got, "%s on %q from %d", re, text, from)
			compared++
		}
	}
	require.Greater(t, compared, 10_000)
}

func FuzzMatch(f *testing.F) {
	for _, k := range known {
		f.Add(k.pattern, k.flags, k.text)
	}
	for _, q := range handmade {
		f.Add(q.Pattern, q.Flags, q.Text)
	}
	f.Fuzz(func(t *testing.T, pattern, flags, text string) {
		re, err := Compile(pattern, flags)
		if err != nil {
			var fault *SyntaxError
			require.ErrorAs(t, err, &fault)
			require.LessOrEqual(t, fault.Offset, len(pattern))
			return
		}
		budget := 20_000
		m, found, err := re.Match(text, 0, &budget)
		require.GreaterOrEqual(t, budget, 0)
		if err != nil {
			var over *BudgetError
			require.ErrorAs(t, err, &over)
			return
		}
		if !found {
			return
		}
		require.Len(t, m.Groups, re.NumGroups())
		for _, g := range append(m.Groups, Group{m.Start, m.End}) {
			none := g == Group{-1, -1}
			require.True(t, none || 0 <= g.Start && g.Start <= g.End && g.End <= len(text), "%+v", m)
		}
		if re.linear != nil {
			left := 1_000_000
			require.NotPanics(t, func() {
				linear, _, err := re.matchLinear(text, 0, &left)
				require.NoError(t, err)
				require.Equal(t, m, linear)
			})
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	line := strings.Repeat("The quick brown fox jumps over the lazy dog. ", 20) + "order-12345 at 2024-05-06T07:08:09Z for jane.doe@example.com"
	for _, bench := range []struct{ name, pattern, flags string }{
		{"literal", `order-(\d+)`, ""}, {"email", `[\w.]+@[\w.]+`, ""}, {"date", `(\d{4})-(\d\d)-(\d\d)`, ""}, {"ignoring case", `ORDER`, "i"}, {"anchored", `^The (\w+)`, ""}, {"choice", `cat|bird|order`, ""},
	} {
		b.Run(bench.name, func(b *testing.B) {
			re, err := Compile(bench.pattern, bench.flags)
			require.NoError(b, err)
			b.ReportAllocs()
			b.SetBytes(int64(len(line)))
			for b.Loop() {
				budget := 1_000_000
				if _, found, _ := re.Match(line, 0, &budget); !found {
					b.Fatal("no match")
				}
			}
		})
	}
}
