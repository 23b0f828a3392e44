package jsonata

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// base64Encode takes the low byte of every UTF-16 unit, as the reference does.
func base64Encode(_ *evaluation, args []item) (item, *Error) {
	return ofText(args[0], func(s string) string {
		var octets []byte
		for _, r := range s {
			if r >= 0x10000 {
				r -= 0x10000
				octets = append(octets, byte(r>>10))
			}
			octets = append(octets, byte(r))
		}
		return base64.StdEncoding.EncodeToString(octets)
	})
}

// base64Decode makes a character of every byte. What is no digit of either
// alphabet is passed over.
func base64Decode(_ *evaluation, args []item) (item, *Error) {
	return ofText(args[0], func(s string) string {
		s, _, _ = strings.Cut(s, "=")
		digits := strings.Map(func(r rune) rune {
			switch {
			case r == '-':
				return '+'
			case r == '_':
				return '/'
			case r == '+' || r == '/' || r < utf8.RuneSelf && isAlphanumeric(byte(r)):
				return r
			}
			return -1
		}, s)
		if len(digits)%4 == 1 {
			digits = digits[:len(digits)-1]
		}
		octets, _ := base64.RawStdEncoding.DecodeString(digits)
		var decoded []byte
		for _, o := range octets {
			decoded = utf8.AppendRune(decoded, rune(o))
		}
		return string(decoded)
	})
}

func isAlphanumeric(c byte) bool {
	return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// What is not encoded: in a part of a URL, and in a whole one besides.
const (
	plainInURL    = "-_.!~*'()"
	reservedInURL = ";/?:@&=+$,#"
)

func encodeURLComponent(_ *evaluation, args []item) (item, *Error) {
	return percentEncoded(args[0], plainInURL, "encodeUrlComponent")
}

func encodeURL(_ *evaluation, args []item) (item, *Error) {
	return percentEncoded(args[0], plainInURL+reservedInURL, "encodeUrl")
}

func percentEncoded(v item, plain, function string) (item, *Error) {
	if v.isUndefined() {
		return v, nil
	}
	s := v.text()
	if hasLoneSurrogate(s) {
		return item{}, &Error{Code: "D3140", Value: v.shown(), function: function}
	}
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(s) {
		if isAlphanumeric(c) && c < utf8.RuneSelf || strings.IndexByte(plain, c) >= 0 {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return ofString(b.String()), nil
}

func decodeURLComponent(_ *evaluation, args []item) (item, *Error) {
	return percentDecoded(args[0], "", "decodeUrlComponent")
}

func decodeURL(_ *evaluation, args []item) (item, *Error) {
	return percentDecoded(args[0], reservedInURL, "decodeUrl")
}

// percentDecoded decodes all but the characters that stay encoded.
func percentDecoded(v item, kept, function string) (item, *Error) {
	if v.isUndefined() {
		return v, nil
	}
	malformed := &Error{Code: "D3140", Value: v.shown(), function: function}
	s := v.text()
	var decoded []byte
	for k := 0; k < len(s); {
		if s[k] != '%' {
			decoded = append(decoded, s[k])
			k++
			continue
		}
		c, ok := percentByte(s[k:])
		if !ok {
			return item{}, malformed
		}
		if c < utf8.RuneSelf {
			if strings.IndexByte(kept, c) >= 0 {
				decoded = append(decoded, s[k:k+3]...)
			} else {
				decoded = append(decoded, c)
			}
			k += 3
			continue
		}
		size := sequenceSize(c)
		sequence := []byte{c}
		for k += 3; len(sequence) < size; k += 3 {
			if c, ok = percentByte(s[min(k, len(s)):]); !ok {
				return item{}, malformed
			}
			sequence = append(sequence, c)
		}
		if !utf8.Valid(sequence) {
			return item{}, malformed
		}
		decoded = append(decoded, sequence...)
	}
	return ofString(string(decoded)), nil
}

func percentByte(s string) (byte, bool) {
	if len(s) < 3 || s[0] != '%' {
		return 0, false
	}
	c, ok := hex4("00" + s[1:3])
	return byte(c), ok
}

// sequenceSize gives the length of the UTF-8 sequence that a byte opens.
func sequenceSize(c byte) int {
	switch {
	case c >= 0xf0:
		return 4
	case c >= 0xe0:
		return 3
	}
	return 2
}
