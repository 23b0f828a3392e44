package picture

import (
	"math"
	"strings"
)

// largestRoman is above what the reference can write: it recurs once for each
// numeral.
const largestRoman = 10_000_000

var romanNumerals = []struct {
	value float64
	text  string
}{
	{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"}, {50, "l"},
	{40, "xl"}, {10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"},
}

// roman writes a number of zero and above; zero is empty.
func roman(n float64) string {
	var b strings.Builder
	for _, numeral := range romanNumerals {
		for n >= numeral.value {
			b.WriteString(numeral.text)
			n -= numeral.value
		}
	}
	return b.String()
}

// parseRoman adds up from the right, taking off what stands before a larger
// numeral. NaN for what is no numeral.
func parseRoman(text string) float64 {
	total, largest := 0.0, 1.0
	for i := len(text) - 1; i >= 0; i-- {
		at := strings.IndexByte("IVXLCDM", text[i])
		if at < 0 {
			return math.NaN()
		}
		value := [...]float64{1, 5, 10, 50, 100, 500, 1000}[at]
		if value < largest {
			total -= value
		} else {
			largest = value
			total += value
		}
	}
	return total
}

// letters counts a, b, ... z, aa, ab; zero is empty.
func letters(n float64, first rune) string {
	var reversed []rune
	for n > 0 {
		reversed = append(reversed, first+rune(math.Mod(n-1, 26)))
		n = math.Floor((n - 1) / 26)
	}
	for i, j := 0, len(reversed)-1; i < j; i, j = i+1, j-1 {
		reversed[i], reversed[j] = reversed[j], reversed[i]
	}
	return string(reversed)
}

// parseLetters reads what letters has written; other characters count by
// their distance from the first letter, as in the reference.
func parseLetters(text string, first rune) float64 {
	all := []rune(text)
	total := 0.0
	for i := range all {
		total += float64(float64(all[len(all)-1-i]-first+1) * math.Pow(26, float64(i)))
	}
	return total
}
