package jsonata

import (
	"bytes"
	"math"
	"math/big"
	"strconv"
)

// bigInBase writes a whole number of any size in a base.
func bigInBase(f float64, base int) string {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return "Infinity"
	}
	whole, _ := big.NewFloat(f).Int(nil)
	return whole.Text(base)
}

// numberText writes a number as JavaScript does.
func numberText(f float64) string {
	return string(appendNumber(nil, f))
}

func appendNumber(dst []byte, f float64) []byte {
	switch a := math.Abs(f); {
	case f == 0:
		return append(dst, '0')
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 0):
		return append(dst, "Infinity"...)
	case f == math.Trunc(f) && a < 1e15:
		return strconv.AppendInt(dst, int64(f), 10)
	case a >= 1e-6 && a < 1e21:
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	if n := len(dst); dst[n-2] == '0' && (dst[n-3] == '-' || dst[n-3] == '+') { // no leading zero in the exponent
		dst = append(dst[:n-2], dst[n-1])
	}
	return dst
}

// rounded15 gives a number with at most 15 significant digits.
func rounded15(f float64) float64 {
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return f
	}
	var buffer [32]byte
	if shortest := strconv.AppendFloat(buffer[:0], math.Abs(f), 'e', -1, 64); bytes.IndexByte(shortest, 'e') <= len("1.23456789012345") {
		return f
	}
	rounded, _ := strconv.ParseFloat(string(strconv.AppendFloat(buffer[:0], f, 'e', 14, 64)), 64)
	return rounded
}
