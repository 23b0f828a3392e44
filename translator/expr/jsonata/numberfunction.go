package jsonata

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

func sum(ev *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return item{}, nil
	}
	total := 0.0
	for k := range args[0].len() {
		total += args[0].at(k).float()
	}
	return ofFloat(total), ev.work(args[0].len())
}

func count(_ *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return ofInt(0), nil
	}
	return ofInt(args[0].len()), nil
}

func largest(ev *evaluation, args []item) (item, *Error) {
	return extreme(ev, args[0], func(a, b float64) bool { return a > b })
}

func smallest(ev *evaluation, args []item) (item, *Error) {
	return extreme(ev, args[0], func(a, b float64) bool { return a < b })
}

func extreme(ev *evaluation, list item, better func(a, b float64) bool) (item, *Error) {
	if list.isUndefined() || list.len() == 0 {
		return item{}, nil
	}
	best := list.at(0)
	for k := 1; k < list.len(); k++ {
		if e := list.at(k); better(e.float(), best.float()) {
			best = e
		}
	}
	return best, ev.work(list.len())
}

func average(ev *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() || args[0].len() == 0 {
		return item{}, nil
	}
	total, err := sum(ev, args)
	return ofFloat(total.f / float64(args[0].len())), err
}

// numberOf casts to a number: JSON spelling, or 0x, 0b, 0o.
func numberOf(_ *evaluation, args []item) (item, *Error) {
	switch v := args[0]; v.kind() {
	case undefined, number:
		return v, nil
	case boolean:
		if v.isTrue() {
			return ofInt(1), nil
		}
		return ofInt(0), nil
	default:
		if f, ok := castText(v.text()); ok {
			return ofFloat(f), nil
		}
		return item{}, &Error{Code: "D3030", Value: v.shown(), Index: 1}
	}
}

func castText(s string) (float64, bool) {
	if len(s) > 2 && s[0] == '0' && strings.IndexByte("xXbBoO", s[1]) >= 0 && s[2] != '_' && s[2] != '+' && s[2] != '-' {
		base := 16
		switch s[1] | 0x20 {
		case 'b':
			base = 2
		case 'o':
			base = 8
		}
		total := 0.0
		for _, c := range []byte(s[2:]) {
			digit, err := strconv.ParseUint(string(c), base, 8)
			if err != nil {
				return 0, false
			}
			total = total*float64(base) + float64(digit)
		}
		return total, true
	}
	rest := strings.TrimPrefix(s, "-")
	whole := strings.TrimLeft(rest, "0123456789")
	if len(whole) == len(rest) {
		return 0, false
	}
	if fraction, ok := strings.CutPrefix(whole, "."); ok {
		whole = strings.TrimLeft(fraction, "0123456789")
		if len(whole) == len(fraction) {
			return 0, false
		}
	}
	if whole != "" {
		if whole[0]|0x20 != 'e' || strings.TrimLeft(whole[1:], "+-0123456789") != "" {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// ofNumber makes a function of one number.
func ofNumber(v item, compute func(float64) float64) (item, *Error) {
	if v.isUndefined() {
		return v, nil
	}
	return ofFloat(compute(v.float())), nil
}

func floor(_ *evaluation, args []item) (item, *Error) { return ofNumber(args[0], math.Floor) }

func ceil(_ *evaluation, args []item) (item, *Error) { return ofNumber(args[0], math.Ceil) }

func abs(_ *evaluation, args []item) (item, *Error) { return ofNumber(args[0], math.Abs) }

func sqrt(_ *evaluation, args []item) (item, *Error) {
	if !args[0].isUndefined() && args[0].float() < 0 {
		return item{}, &Error{Code: "D3060", Value: args[0].shown(), Index: 1}
	}
	return ofNumber(args[0], math.Sqrt)
}

func power(_ *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return item{}, nil
	}
	f := math.NaN()
	if exponent := argument(args, 1); !exponent.isUndefined() {
		f = raised(args[0].float(), exponent.float())
	}
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return item{}, &Error{Code: "D3061", Value: args[0].shown(), Value2: argument(args, 1).shown(), Index: 1}
	}
	return ofFloat(f), nil
}

// raised is base to the power of exponent. Whole exponents give the nearest
// double, which math.Pow misses by some units in the last place.
func raised(base, exponent float64) float64 {
	const precision, most = 256, 1024
	if base == 0 || math.IsInf(base, 0) || math.IsNaN(base) || exponent != math.Trunc(exponent) || math.Abs(exponent) > most {
		return math.Pow(base, exponent)
	}
	square := new(big.Float).SetPrec(precision).SetFloat64(base)
	product := new(big.Float).SetPrec(precision).SetInt64(1)
	for n := int(math.Abs(exponent)); n > 0; n /= 2 {
		if n%2 == 1 {
			product.Mul(product, square)
		}
		square.Mul(square, square)
	}
	if exponent < 0 {
		product.Quo(big.NewFloat(1).SetPrec(precision), product)
	}
	f, _ := product.Float64()
	return f
}

// round rounds halves to even, at a decimal place.
func round(_ *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return item{}, nil
	}
	f, places := args[0].float(), 0.0
	if p := argument(args, 1); !p.isUndefined() {
		places = math.Trunc(p.float())
	}
	if places != 0 {
		f = shifted(f, places)
	}
	rounded := math.RoundToEven(f)
	if places != 0 {
		rounded = shifted(rounded, -places)
	}
	return ofFloat(rounded), nil
}

// shifted multiplies by a power of ten, as the decimal digits say it and
// without the error of a multiplication.
func shifted(f, places float64) float64 {
	digits, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	e, _ := strconv.Atoi(exponent)
	shifted, _ := strconv.ParseFloat(digits+"e"+strconv.Itoa(e+int(max(-1000, min(1000, places)))), 64)
	return shifted
}

func formatBase(_ *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return item{}, nil
	}
	radix := 10.0
	if r := argument(args, 1); !r.isUndefined() {
		radix = math.RoundToEven(r.float())
	}
	if radix < 2 || radix > 36 {
		return item{}, &Error{Code: "D3100", Value: value.OfFloat(radix)}
	}
	if f := args[0].float(); radix == 10 && math.Abs(f) >= 1e21 {
		return ofString(numberText(f)), nil
	}
	return ofString(inBase(math.RoundToEven(args[0].float()), int64(radix))), nil
}

// inBase writes a whole number; beyond 2 to the 53rd the digits are those of
// the double.
func inBase(f float64, radix int64) string {
	if math.Abs(f) < 1<<62 {
		return strconv.FormatInt(int64(f), int(radix))
	}
	return bigInBase(f, int(radix))
}
