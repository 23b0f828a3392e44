package picture

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// FormatNumber writes a number by a picture.
func FormatNumber(n float64, picture string, options NumberOptions) (string, error) {
	p, err := CompileNumber(picture, options)
	if err != nil {
		return "", err
	}
	return p.Format(n), nil
}

// Format writes a number. What is not finite has the prefix and suffix of its
// sign around the word for it, and NaN is its word alone.
func (p *NumberPicture) Format(n float64) string {
	if math.IsNaN(n) {
		return p.options.NaN
	}
	sub := &p.positive
	if n < 0 {
		sub = &p.negative
	}
	size := math.Abs(n) * sub.scale
	if math.IsInf(size, 0) {
		return sub.prefix + p.options.Infinity + sub.suffix
	}
	exponent := 0
	if sub.minExponent > 0 && size > 0 {
		size, exponent = scaled(size, sub.scaling)
	}
	text := p.mantissa(sub, size)
	if sub.minExponent > 0 {
		text += p.options.ExponentSeparator
		if exponent < 0 {
			text += p.options.MinusSign
			exponent = -exponent
		}
		digits := p.localized(strconv.Itoa(exponent))
		text += p.zeros(sub.minExponent-len(digits)) + string(digits)
	}
	return sub.prefix + text + sub.suffix
}

// scaled moves a number between the powers of ten that leave so many digits
// before the decimal separator, step by step since that is how the reference
// rounds.
func scaled(n float64, digits int) (mantissa float64, exponent int) {
	least, most := math.Pow10(digits-1), math.Pow10(digits)
	for ; n < least; exponent-- {
		n *= 10
	}
	for ; n > most; exponent++ {
		n /= 10
	}
	return n, exponent
}

// mantissa writes a number, rounded, without prefix, suffix and exponent.
func (p *NumberPicture) mantissa(sub *subPicture, n float64) string {
	var room [64]byte
	digits := fixed(room[:0], n, sub.maxFraction)
	integer, fraction := digits, []byte(nil)
	if at := bytes.IndexByte(digits, '.'); at >= 0 {
		integer, fraction = digits[:at], bytes.TrimRight(digits[at+1:], "0")
	}
	integer = bytes.TrimLeft(integer, "0")
	if regular := sub.every > 0 || len(sub.grouping) == 0; !regular || len(sub.fraction) > 0 || !sub.decimal && sub.minFraction+len(fraction) > 0 {
		return p.irregular(sub, integer, fraction)
	}
	var out [64]byte
	b := out[:0]
	for places := max(sub.minInteger, len(integer)); places > 0; places-- {
		b = p.appendDigit(b, integer, len(integer)-places)
		if sub.every > 0 && places > 1 && (places-1)%sub.every == 0 {
			b = append(b, p.options.GroupingSeparator...)
		}
	}
	if places := max(sub.minFraction, len(fraction)); places > 0 {
		b = append(b, p.options.DecimalSeparator...)
		for i := range places {
			b = p.appendDigit(b, fraction, i)
		}
	}
	return string(b)
}

// appendDigit appends a digit by its place, a zero where there is none.
func (p *NumberPicture) appendDigit(b, digits []byte, at int) []byte {
	switch {
	case at < 0 || at >= len(digits):
		return append(b, p.options.ZeroDigit...)
	case p.zero == '0':
		return append(b, digits[at])
	}
	return utf8.AppendRune(b, p.zero+rune(digits[at]-'0'))
}

// irregular groups as the reference does where separators are not repeated,
// or stand in a fraction: one after the other, at places that the ones before
// may have moved.
func (p *NumberPicture) irregular(sub *subPicture, integer, fraction []byte) string {
	whole := []rune(p.zeros(sub.minInteger-len(integer)) + string(p.localized(string(integer))))
	rest := string(p.localized(string(fraction))) + p.zeros(sub.minFraction-len(fraction))
	at := len(whole)
	all := append(append(whole, []rune(p.options.DecimalSeparator)...), []rune(rest)...)
	if sub.every > 0 {
		for group := 1; group <= (at-1)/sub.every; group++ {
			all = p.group(all, at-group*sub.every)
		}
	} else {
		for _, digits := range sub.grouping {
			all = p.group(all, at-digits)
			at++
		}
	}
	at = index(all, p.options.DecimalSeparator, 0)
	for _, digits := range sub.fraction {
		all = p.group(all, at+1+digits)
	}
	at = index(all, p.options.DecimalSeparator, 0)
	if !sub.decimal || at == len(all)-1 {
		all = all[:len(all)-1]
	}
	return string(all)
}

// group puts a grouping separator in. A place before the start counts from the
// end, as JavaScript's slice does.
func (p *NumberPicture) group(runes []rune, at int) []rune {
	if at < 0 {
		at = max(len(runes)+at, 0)
	}
	return insert(runes, min(at, len(runes)), p.options.GroupingSeparator)
}

func (p *NumberPicture) zeros(n int) string {
	return strings.Repeat(p.options.ZeroDigit, max(n, 0))
}

// localized writes ASCII digits in the picture's family.
func (p *NumberPicture) localized(digits string) []rune {
	runes := []rune(digits)
	for i := range runes {
		runes[i] += p.zero - '0'
	}
	return runes
}
