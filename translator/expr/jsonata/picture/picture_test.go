package picture

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var now = time.Date(2018, 3, 23, 10, 33, 36, 617e6, time.UTC)

// code gives the code of an error, "" for none.
func code(err error) string {
	var fault *Error
	if errors.As(err, &fault) {
		return fault.Code
	}
	return ""
}

func TestFormatNumber(t *testing.T) {
	german := DefaultNumberOptions()
	german.DecimalSeparator, german.GroupingSeparator = ",", "."
	for _, test := range []struct {
		n             float64
		picture, want string
		options       NumberOptions
	}{
		{1234.5, "#.##0,00", "1.234,50", german},
		{-1234.5, "#,##0.00", "-1,234.50", DefaultNumberOptions()},
		{-5, "0;(0)", "(5)", DefaultNumberOptions()},
		{0, "0.0e0", "0.0e0", DefaultNumberOptions()},
		{-1234, "0.00e0", "-1.23e3", DefaultNumberOptions()},
		{1e21, "#,##0", "1,000,000,000,000,000,000,000", DefaultNumberOptions()},
		{math.Inf(-1), "$0", "-$Infinity", DefaultNumberOptions()},
		{math.NaN(), "$0", "NaN", DefaultNumberOptions()},
		{2.5, "0", "2", DefaultNumberOptions()},
		{3.5, "0", "4", DefaultNumberOptions()},
		{1.005, "0.00", "1.00", DefaultNumberOptions()},
		{0, "#", "0", DefaultNumberOptions()},
		{0, "#.#", "0", DefaultNumberOptions()},
	} {
		got, err := FormatNumber(test.n, test.picture, test.options)
		require.NoError(t, err, test.picture)
		if test.picture == "#.#" {
			assert.Equal(t, ".0", got) // as the reference
			continue
		}
		assert.Equal(t, test.want, got, test.picture)
	}
	for picture, want := range map[string]string{
		"0;0;0": "D3080", "0.0.0": "D3081", "0%%": "D3082", "0‰‰": "D3083", "0%‰": "D3084", "": "D3085", "abc": "D3085", "0a0": "D3086",
		"0,.0": "D3087", "0,": "D3088", "0,,0": "D3089", "0#": "D3090", "0.#0": "D3091", "0e0%": "D3092", "0e#": "D3093", "0e": "D3093",
	} {
		_, err := CompileNumber(picture, DefaultNumberOptions())
		assert.Equal(t, want, code(err), picture)
	}
	o := DefaultNumberOptions()
	assert.False(t, o.Set("colour", "red"))
}

func TestIntegersBeyondTheReference(t *testing.T) {
	for _, test := range []struct {
		n             float64
		picture, code string
	}{{1e9, "I", "U1001"}, {math.Inf(1), "w", "U1001"}, {math.NaN(), "A", "U1001"}, {1, "", "D3130"}, {1, "1٢", "D3131"}} {
		_, err := FormatInteger(test.n, test.picture)
		assert.Equal(t, test.code, code(err), test.picture)
	}
	text, err := FormatInteger(1e21, "0")
	require.NoError(t, err)
	assert.Equal(t, "1e+21", text)
}

// What is written in a sequence is read back.
func TestIntegersComeBack(t *testing.T) {
	for _, picture := range []string{"0", "#,##0", "0;o", "I", "i", "A", "a", "w", "W", "Ww", "w;o", "###١", "00:000.0"} {
		p, err := CompileInteger(picture)
		require.NoError(t, err)
		for _, n := range []float64{1, 2, 9, 11, 12, 13, 19, 20, 21, 90, 99, 100, 101, 111, 999, 1000, 1001, 1999, 54321, 999_999} {
			text, err := p.Format(n)
			require.NoError(t, err)
			assert.Equal(t, n, p.Parse(text), "%s: %s", picture, text)
		}
	}
}

func TestDateTimeFaults(t *testing.T) {
	for _, test := range []struct{ picture, zone, format, parse string }{
		{"[Y", "", "D3135", "D3135"}, {"[q]", "", "D3132", "D3132"}, {"[q1]", "", "D3132", "D3132"}, {"[]", "", "D3132", "D3132"}, {"[ä]", "", "D3132", "D3132"},
		{"[YN]", "", "D3133", "D3133"}, {"[fN]", "", "D3133", "D3133"}, {"[Z010101]", "", "D3134", ""}, {"[ZZ]", "", "D3134", ""}, {"[Y1٢]", "", "D3131", "D3131"},
		{"[Yx]", "", "D3130", "D3130"}, {"[Y]", "here", "D3134", ""}, {"[C]", "", "", "D3133"}, {"[Y,2000]", "", "D3132", "D3132"},
	} {
		_, err := FormatDateTime(0, test.picture, test.zone)
		assert.Equal(t, test.format, code(err), test.picture)
		_, _, err = ParseDateTime("x", test.picture, now)
		assert.Equal(t, test.parse, code(err), test.picture)
	}
	_, err := FormatDateTime(math.MaxInt64, "[Y]", "")
	assert.Equal(t, "D3136", code(err))
}

func TestParseDateTimeFromNow(t *testing.T) {
	for _, test := range []struct{ text, picture, want string }{
		{"13:45", "[H]:[m]", "2018-03-23T13:45:00.000Z"},
		{"45", "[m]", "2018-03-23T10:45:00.000Z"},
		{"5", "[D]", "2018-03-05T00:00:00.000Z"},
		{"July", "[MNn]", "2018-07-01T00:00:00.000Z"},
		{"3 pm", "[h] [P]", "2018-03-23T15:00:00.000Z"},
		{"2019", "[Y]", "2019-01-01T00:00:00.000Z"},
		{"+01:00", "[Z]", "2018-03-23T09:33:36.617Z"},
		{"100", "[d]", "2018-04-10T10:33:36.617Z"},
	} {
		millis, ok, err := ParseDateTime(test.text, test.picture, now)
		require.NoError(t, err, test.picture)
		require.True(t, ok, test.picture)
		assert.Equal(t, test.want, ISO(millis), test.picture)
	}
	for _, text := range []string{"", "x", "99999999999999999999"} {
		_, ok, err := ParseDateTime(text, "[Y]", now)
		require.NoError(t, err)
		assert.False(t, ok, text)
	}
}

func TestISO(t *testing.T) {
	for millis, want := range map[int64]string{
		0: "1970-01-01T00:00:00.000Z", 1509380732935: "2017-10-30T16:25:32.935Z", -62167219200001: "-0001-12-31T23:59:59.999Z", 253402300800000: "0000-01-01T00:00:00.000Z",
	} {
		assert.Equal(t, want, ISO(millis))
		text, err := FormatDateTime(millis, DefaultDateTime, "")
		require.NoError(t, err)
		assert.Equal(t, want, text)
	}
	for _, text := range []string{"", "x", "201", "20180", "2018-1", "2018-13", "2018-00", "2018-02-32", "2018-02-31T25:00:00", "2018T24:00:01Z", "2018-02-03 11:15:33",
		"2018T10:00", "2018T10:00:00.Z", "2018T10:00:00+24:00", "2018+01:00", "2018T10:00:00ZZ", "2018T10:00:00é", "-001"} {
		_, ok := ParseISO(text)
		assert.False(t, ok, text)
	}
}

// A text as long as one likes takes time in proportion at most.
func TestParsingIsBounded(t *testing.T) {
	long := strings.Repeat("one ", 20_000)
	start := time.Now()
	for _, picture := range []string{"[Yw][Mw][Dw]", "[Y][M][D]", "[Yw] [Mw] y"} {
		_, ok, _ := ParseDateTime(long+"x", picture, now)
		require.False(t, ok)
		_, ok, _ = ParseDateTime(strings.Repeat("1", 50_000)+"x", picture, now)
		require.False(t, ok)
	}
	require.Less(t, time.Since(start), 5*time.Second)
}

func FuzzPictures(f *testing.F) {
	for _, picture := range []string{"#,##0.00", "0.0e0", "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]", "[FNn,3-3] [D1o] [MNn] [Yw] [h]:[m] [P] [z]", "w;o", "#:##,0", "[[x]]", "9,9,99.99", "0;(0)", "[Y,*-4]"} {
		f.Add(1234.5678, picture, "2018-03-23", "+0530")
	}
	f.Fuzz(func(t *testing.T, n float64, picture, text, zone string) {
		typed := func(err error) {
			if err != nil {
				require.NotEmpty(t, code(err), "%v", err)
			}
		}
		_, err := FormatNumber(n, picture, DefaultNumberOptions())
		typed(err)
		odd := NumberOptions{text, zone, "e", "", "-", "", text, "‰", zone, "#", ";"}
		_, err = FormatNumber(n, picture, odd)
		typed(err)
		_, err = FormatInteger(n, picture)
		typed(err)
		_, err = ParseInteger(text, picture)
		typed(err)
		_, err = FormatDateTime(int64(n), picture, zone)
		typed(err)
		_, _, err = ParseDateTime(text, picture, now)
		typed(err)
		if millis, ok := ParseISO(text); ok {
			again, ok := ParseISO(ISO(millis))
			require.True(t, ok && again == millis || millis < -62167219200000 || millis >= 253402300800000)
		}
	})
}

func BenchmarkPictures(b *testing.B) {
	number, err := CompileNumber("#,##0.00", DefaultNumberOptions())
	require.NoError(b, err)
	date, err := CompileDateTime("[D1o] [MNn] [Y0001] [H01]:[m01]")
	require.NoError(b, err)
	parser, err := date.Parser()
	require.NoError(b, err)
	for _, bench := range []struct {
		name string
		run  func()
	}{
		{"number", func() { number.Format(1234567.891) }},
		{"date", func() { _, _ = date.Format(1521801216617, "") }},
		{"parse", func() { _, _, _ = parser.Parse("23rd March 2018 10:33", now) }},
		{"ISO", func() { ISO(1521801216617) }},
		{"parse ISO", func() { ParseISO("2017-10-30T16:25:32.935Z") }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				bench.run()
			}
		})
	}
}
