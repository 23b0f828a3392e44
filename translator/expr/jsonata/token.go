package jsonata

import "strings"

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenName
	tokenVariable
	tokenString
	tokenNumber
	tokenValue // true, false, null
	tokenOperator
	tokenRegex
)

// token is one word of an expression. Its end, in bytes, is what errors and
// nodes give as their position.
type token struct {
	kind   tokenKind
	text   string // as the parser sees it: names unquoted, strings unescaped
	flags  string // of a regular expression
	number float64
	end    int
}

// endToken is what the parser sees after the last word.
const endToken = "(end)"

// is reports whether the token is this operator.
func (t token) is(operator string) bool {
	return t.text == operator && (t.kind == tokenOperator || t.kind == tokenEnd)
}

// leftPower says how tightly an operator binds to what stands on its left; 0
// ends an expression.
func (t token) leftPower() int {
	if t.kind != tokenOperator {
		return 0
	}
	switch t.text {
	case ".":
		return 75
	case "[", "(", "@", "#":
		return 80
	case "{":
		return 70
	case "*", "/", "%":
		return 60
	case "+", "-", "&":
		return 50
	case "=", "<", ">", "^", "!=", "<=", ">=", "~>", "in":
		return 40
	case "and":
		return 30
	case "or":
		return 25
	case "?":
		return 20
	case ":=":
		return 10
	}
	return 0
}

// blanks separate words.
const blanks = " \t\n\r\v"

// signs are the operators of one character, which also end a name.
const signs = ".[]{}(),@#;:?+-*/%|=<>^&!~"

// pairs are the operators of two characters.
var pairs = [...]string{"..", ":=", "!=", ">=", "<=", "**", "~>"}

func isBlank(c byte) bool { return strings.IndexByte(blanks, c) >= 0 }

func isSign(c byte) bool { return strings.IndexByte(signs, c) >= 0 }
