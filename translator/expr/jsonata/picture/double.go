package picture

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

// numberText gives a number as JavaScript's Number::toString does.
func numberText(n float64) string {
	switch size := math.Abs(n); {
	case size < 1e15 && n == math.Trunc(n):
		return strconv.FormatInt(int64(n), 10)
	case math.IsNaN(n):
		return "NaN"
	case math.IsInf(n, 1):
		return "Infinity"
	case math.IsInf(n, -1):
		return "-Infinity"
	case size >= 1e21 || size < 1e-6:
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(n, 'e', -1, 64), "e")
		return mantissa + "e" + exponent[:1] + strings.TrimLeft(exponent[1:], "0")
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// leadingInteger reads as JavaScript's parseInt does: white space, a sign and
// digits, hexadecimal ones behind 0x, whatever follows. NaN if there is no digit.
func leadingInteger(text string) float64 {
	text = strings.TrimLeftFunc(text, isSpace)
	sign := 1.0
	if text != "" && (text[0] == '+' || text[0] == '-') {
		if text[0] == '-' {
			sign = -1
		}
		text = text[1:]
	}
	digits := "0123456789"
	prefix := ""
	if strings.HasPrefix(text, "0x") || strings.HasPrefix(text, "0X") {
		prefix, text = "0x", text[2:]
		digits = "0123456789abcdefABCDEF"
	}
	text = text[:len(text)-len(strings.TrimLeft(text, digits))]
	if text == "" {
		return math.NaN()
	}
	if prefix != "" {
		text = prefix + text + "p0"
	}
	n, _ := strconv.ParseFloat(text, 64) // infinite when it is too large, as in JavaScript
	return sign * n
}

// isSpace reports what \s matches in JavaScript.
func isSpace(r rune) bool {
	switch {
	case '\t' <= r && r <= '\r', 0x2000 <= r && r <= 0x200A:
		return true
	}
	switch r {
	case ' ', 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF:
		return true
	}
	return false
}

// roundHalfEven rounds to so many decimals, by the digits of the number's
// shortest text and not by its exact value: 2.125 to 2 decimals is 2.12, and so
// is 1.005 to 2 decimals 1, though it lies below.
func roundHalfEven(n float64, decimals int) float64 {
	if math.IsInf(n, 0) || math.IsNaN(n) {
		return n
	}
	shifted := shift(n, decimals)
	result := math.Floor(shifted)
	if shifted-result >= 0.5 {
		result++
	}
	if diff := result - shifted; math.Abs(diff) == 0.5 && math.Abs(math.Mod(result, 2)) == 1 {
		result--
	}
	return shift(result, -decimals)
}

// shift moves the decimal point in the number's text.
func shift(n float64, by int) float64 {
	if by == 0 {
		return n
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(n, 'e', -1, 64), "e")
	old, _ := strconv.Atoi(exponent)
	shifted, _ := strconv.ParseFloat(mantissa+"e"+strconv.Itoa(old+by), 64)
	return shifted
}

// fixed appends a number of zero and above, rounded half to even, with so many
// decimals, or fewer when those that are missing are zeros.
func fixed(b []byte, n float64, decimals int) []byte {
	// A number of at most fifteen digits is written as its shortest text,
	// which rounding leaves alone.
	b = strconv.AppendFloat(b, n, 'f', -1, 64)
	at := bytes.IndexByte(b, '.')
	if at < 0 && len(b)+decimals <= 15 || at >= 0 && len(b)-at-1 <= decimals && at+decimals <= 15 {
		return b
	}
	return strconv.AppendFloat(b[:0], roundHalfEven(n, decimals), 'f', decimals, 64)
}
