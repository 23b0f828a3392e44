package value

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// OfInt gives the JSON number n.
func OfInt(n int64) Value {
	return Value{kind: Number, text: strconv.FormatInt(n, 10)}
}

// OfFloat gives the JSON number f in its shortest form. It panics on NaN and
// the infinities, which JSON does not have.
func OfFloat(f float64) Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		panic(fmt.Sprintf("value: %v is no JSON number", f))
	}
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return OfInt(int64(f))
	}
	format := byte('f')
	if a := math.Abs(f); a < 1e-6 || a >= 1e21 {
		format = 'e'
	}
	return Value{kind: Number, text: strconv.FormatFloat(f, format, -1, 64)}
}

// OfNumber gives the JSON number with this literal, which must be one.
func OfNumber(literal string) (Value, error) {
	v, err := Parse([]byte(literal))
	if err != nil || v.kind != Number {
		return Value{}, fmt.Errorf("%q is not a JSON number", literal)
	}
	return v, nil
}

// Float gives the number as an IEEE 754 double, which is how the States
// Language computes; ok is false when v is not a number or too large.
func (v Value) Float() (f float64, ok bool) {
	if v.kind != Number {
		return 0, false
	}
	f, err := strconv.ParseFloat(v.text, 64)
	return f, err == nil
}

// Int gives the number when it is a whole one that fits; 1.0 and 1e2 are.
func (v Value) Int() (n int64, ok bool) {
	if v.kind != Number {
		return 0, false
	}
	if !strings.ContainsAny(v.text, ".eE") {
		n, err := strconv.ParseInt(v.text, 10, 64)
		return n, err == nil
	}
	f, ok := v.Float()
	if !ok || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, false
	}
	return int64(f), true
}
