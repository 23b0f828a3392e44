package jsonata

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Error is an expression that cannot be compiled, or an evaluation that
// failed. There is no other kind of error in this package.
type Error struct {
	// Code is the reference's: S for syntax, T for types, D for values and
	// U for limits; [CodeFunction] and [CodeSize] are this package's own.
	Code string
	// Position is where the word at fault ends, counted in UTF-16 units as the
	// reference counts; 0 when there is no such word.
	Position int
	// Offset is the same place in bytes of the text.
	Offset int
	// Token is the word, operator or function at fault.
	Token string
	// Value is the value at fault, Value2 the other of two; often absent.
	Value, Value2 value.Value
	// Index is the number of the argument at fault, from 1.
	Index int
	// Message is the reference's text, filled in.
	Message string

	offset   int    // in bytes, until the error leaves the package
	function string // the function at fault, for messages that name it
	numeric  bool   // the token is a number
}

// Error gives code and message, as AWS writes them into a cause.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// finished fills in what depends on the text of the expression.
func (e *Error) finished(text string) *Error {
	if e.Message == "" {
		e.Message = e.render(messages(e.Code))
	}
	e.Offset = min(e.offset, len(text))
	e.Position = unitsIn(text[:e.Offset])
	return e
}

// render fills the braces of a template.
func (e *Error) render(template string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(template, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		field, rest, _ := strings.Cut(rest, "}")
		b.WriteString(e.field(field))
		template = rest
	}
}

func (e *Error) field(name string) string {
	switch name {
	case "token":
		if e.Token == "" && e.Code[0] != 'S' {
			return "undefined"
		}
		if e.numeric {
			return e.Token
		}
		return value.OfString(e.Token).String()
	case "name":
		return e.Token
	case "function":
		return e.function
	case "index":
		return fmt.Sprint(e.Index)
	case "value2":
		return shownValue(e.Value2)
	}
	return shownValue(e.Value)
}

func shownValue(v value.Value) string {
	if v.IsAbsent() {
		return "undefined"
	}
	return v.String()
}

// unitsIn counts the UTF-16 units of a text.
func unitsIn(s string) int {
	units := 0
	for k := 0; k < len(s); {
		if s[k] < utf8.RuneSelf {
			units, k = units+1, k+1
			continue
		}
		r, size := utf8.DecodeRuneInString(s[k:])
		if r >= 0x10000 {
			units++
		}
		units, k = units+1, k+size
	}
	return units
}
