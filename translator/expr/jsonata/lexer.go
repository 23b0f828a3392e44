package jsonata

import (
	"math"
	"strconv"
	"strings"
)

// lexer cuts a text into tokens.
type lexer struct {
	text string
	at   int
}

// next gives the next token. After an operand a slash divides; elsewhere it
// opens a regular expression.
func (l *lexer) next(afterOperand bool) (token, *Error) {
	if err := l.skip(); err != nil {
		return token{}, err
	}
	if l.at >= len(l.text) {
		return token{kind: tokenEnd, text: endToken, end: len(l.text)}, nil
	}
	c := l.text[l.at]
	if c == '/' && !afterOperand {
		return l.regex()
	}
	for _, pair := range pairs {
		if strings.HasPrefix(l.text[l.at:], pair) {
			l.at += 2
			return token{kind: tokenOperator, text: pair, end: l.at}, nil
		}
	}
	switch {
	case isSign(c):
		l.at++
		return token{kind: tokenOperator, text: l.text[l.at-1 : l.at], end: l.at}, nil
	case c == '"' || c == '\'':
		return l.quoted(c)
	case c >= '0' && c <= '9':
		return l.number()
	case c == '`':
		return l.backquoted()
	}
	return l.word(), nil
}

// skip passes over blanks and comments.
func (l *lexer) skip() *Error {
	for l.at < len(l.text) {
		switch {
		case isBlank(l.text[l.at]):
			l.at++
		case strings.HasPrefix(l.text[l.at:], "/*"):
			end := strings.Index(l.text[l.at+2:], "*/")
			if end < 0 {
				return &Error{Code: "S0106", offset: l.at}
			}
			l.at += 2 + end + 2
		default:
			return nil
		}
	}
	return nil
}

// number reads a number as JSON spells it, without its sign.
func (l *lexer) number() (token, *Error) {
	from := l.at
	if l.text[l.at] == '0' {
		l.at++
	} else {
		l.digits()
	}
	if rest := l.text[l.at:]; len(rest) > 1 && rest[0] == '.' && isDigit(rest[1]) {
		l.at++
		l.digits()
	}
	if rest := strings.TrimLeft(l.text[l.at:], "eE"); len(rest) == len(l.text)-l.at-1 {
		rest = strings.TrimPrefix(rest, "+")
		if len(rest) == len(l.text)-l.at-1 {
			rest = strings.TrimPrefix(rest, "-")
		}
		if rest != "" && isDigit(rest[0]) {
			l.at = len(l.text) - len(rest)
			l.digits()
		}
	}
	literal := l.text[from:l.at]
	f, err := strconv.ParseFloat(literal, 64)
	if err != nil || math.IsInf(f, 0) {
		return token{}, &Error{Code: "S0102", offset: from, Token: literal}
	}
	return token{kind: tokenNumber, text: literal, number: f, end: l.at}, nil
}

func (l *lexer) digits() {
	for l.at < len(l.text) && isDigit(l.text[l.at]) {
		l.at++
	}
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// backquoted reads a name that may hold anything but a backquote.
func (l *lexer) backquoted() (token, *Error) {
	from := l.at + 1
	end := strings.IndexByte(l.text[from:], '`')
	if end < 0 {
		return token{}, &Error{Code: "S0105", offset: len(l.text)}
	}
	l.at = from + end + 1
	return token{kind: tokenName, text: l.text[from : from+end], end: l.at}, nil
}

// word reads a name, a variable or a word of the language.
func (l *lexer) word() token {
	from := l.at
	for l.at < len(l.text) && !isBlank(l.text[l.at]) && !isSign(l.text[l.at]) {
		l.at++
	}
	word := l.text[from:l.at]
	t := token{kind: tokenName, text: word, end: l.at}
	switch word {
	case "and", "or", "in":
		t.kind = tokenOperator
	case "true", "false", "null":
		t.kind = tokenValue
	default:
		if word[0] == '$' {
			t.kind, t.text = tokenVariable, word[1:]
		}
	}
	return t
}

// slashEscaped reports whether an odd number of backslashes stands before the
// slash; an even number are escapes of their own.
func (l *lexer) slashEscaped(from int) bool {
	before := l.text[from:l.at]
	return (len(before)-len(strings.TrimRight(before, `\`)))%2 == 1
}

// regex reads a regular expression up to the slash outside of its brackets.
func (l *lexer) regex() (token, *Error) {
	l.at++
	from, depth := l.at, 0
	for ; l.at < len(l.text); l.at++ {
		c := l.text[l.at]
		escaped := l.text[l.at-1] == '\\'
		if c == '/' && depth == 0 && !l.slashEscaped(from) {
			if l.at == from {
				return token{}, &Error{Code: "S0301", offset: l.at}
			}
			t := token{kind: tokenRegex, text: l.text[from:l.at]}
			l.at++
			flagsFrom := l.at
			for l.at < len(l.text) && (l.text[l.at] == 'i' || l.text[l.at] == 'm') {
				l.at++
			}
			t.flags, t.end = l.text[flagsFrom:l.at], l.at
			return t, nil
		}
		if strings.IndexByte("([{", c) >= 0 && !escaped {
			depth++
		}
		if strings.IndexByte(")]}", c) >= 0 && !escaped {
			depth--
		}
	}
	return token{}, &Error{Code: "S0302", offset: len(l.text)}
}
