package jsonata

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// quoted reads a string with the escapes of JSON. A surrogate that has no
// partner is kept as its three bytes, so that functions can find it.
func (l *lexer) quoted(quote byte) (token, *Error) {
	l.at++
	from := l.at
	for l.at < len(l.text) && l.text[l.at] != quote && l.text[l.at] != '\\' {
		l.at++
	}
	if l.at < len(l.text) && l.text[l.at] == quote { // no escape: the usual case
		l.at++
		return token{kind: tokenString, text: l.text[from : l.at-1], end: l.at}, nil
	}
	content := []byte(l.text[from:l.at])
	for l.at < len(l.text) {
		c := l.text[l.at]
		l.at++
		switch c {
		case quote:
			return token{kind: tokenString, text: string(content), end: l.at}, nil
		case '\\':
			var err *Error
			if content, err = l.escape(content); err != nil {
				return token{}, err
			}
		default:
			content = append(content, c)
		}
	}
	return token{}, &Error{Code: "S0101", offset: len(l.text)}
}

const (
	escapes   = `"\/bfnrt`
	unescaped = "\"\\/\b\f\n\r\t"
)

// escape reads what follows a backslash.
func (l *lexer) escape(content []byte) ([]byte, *Error) {
	if l.at >= len(l.text) {
		return nil, &Error{Code: "S0103", offset: l.at, Token: ""}
	}
	c := l.text[l.at]
	if k := strings.IndexByte(escapes, c); k >= 0 {
		l.at++
		return append(content, unescaped[k]), nil
	}
	if c != 'u' {
		_, size := utf8.DecodeRuneInString(l.text[l.at:])
		return nil, &Error{Code: "S0103", offset: l.at, Token: l.text[l.at : l.at+size]}
	}
	unit, ok := hex4(l.text[l.at+1:])
	if !ok {
		return nil, &Error{Code: "S0104", offset: l.at}
	}
	l.at += 5
	return appendUnit(content, unit), nil
}

func hex4(s string) (uint16, bool) {
	if len(s) < 4 {
		return 0, false
	}
	for k := range 4 {
		if !isDigit(s[k]) && (s[k]|0x20 < 'a' || s[k]|0x20 > 'f') {
			return 0, false
		}
	}
	n, _ := strconv.ParseUint(s[:4], 16, 16)
	return uint16(n), true
}

// appendUnit adds a UTF-16 unit; the second half of a surrogate pair joins the
// first.
func appendUnit(dst []byte, unit uint16) []byte {
	if unit >= 0xd800 && unit < 0xe000 {
		if n := len(dst); unit >= 0xdc00 && n >= 3 && dst[n-3] == 0xed && dst[n-2] >= 0xa0 && dst[n-2] < 0xb0 {
			high := 0xd000 | rune(dst[n-2]&0x3f)<<6 | rune(dst[n-1]&0x3f)
			return utf8.AppendRune(dst[:n-3], (high-0xd800)<<10+rune(unit)-0xdc00+0x10000)
		}
		return append(dst, 0xe0|byte(unit>>12), 0x80|byte(unit>>6)&0xbf, 0x80|byte(unit)&0xbf)
	}
	return utf8.AppendRune(dst, rune(unit))
}

// hasLoneSurrogate reports a surrogate without its partner.
func hasLoneSurrogate(s string) bool {
	for k := 0; k+2 < len(s); k++ {
		if s[k] == 0xed && s[k+1] >= 0xa0 {
			return true
		}
	}
	return false
}
