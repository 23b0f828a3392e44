package jsonata

import (
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// classes is a set of the classes of values that a signature tells apart.
type classes uint16

const (
	classMissing classes = 1 << iota
	classString
	classNumber
	classBoolean
	classNull
	classArray
	classObject
	classFunction

	classAny  = classMissing | classString | classNumber | classBoolean | classNull | classArray | classObject | classFunction
	classJSON = classAny &^ classFunction
)

// parameter is one parameter of a signature.
type parameter struct {
	accepts  classes
	array    bool   // anything else becomes an array of one
	subtype  string // of the array's elements; "" for any
	optional bool
	repeated bool
	context  bool // the context value stands in when it is missing
}

// signature says which arguments a function takes, as in <s-n:s>.
type signature struct{ parameters []parameter }

// parseSignature reads a signature; what follows its colon is not checked. The
// offset of an error counts from the signature's start.
func parseSignature(definition string) (*signature, *Error) {
	s := &signature{}
	last := func() *parameter {
		if len(s.parameters) == 0 {
			return &parameter{}
		}
		return &s.parameters[len(s.parameters)-1]
	}
	for k := 1; k < len(definition) && definition[k] != ':'; k++ {
		switch c := definition[k]; c {
		case '-':
			last().context, last().optional = true, true
		case '?':
			last().optional = true
		case '+':
			last().repeated = true
		case '(':
			end := closing(definition, k, '(', ')')
			choice := definition[k+1 : end]
			if strings.Contains(choice, "<") {
				return nil, &Error{Code: "S0402", offset: k, Value: value.OfString(choice)}
			}
			accepts := classMissing
			for _, c := range []byte(choice) {
				accepts |= classOf(c)
			}
			s.parameters = append(s.parameters, parameter{accepts: accepts})
			k = end
		case '<':
			end := closing(definition, k, '<', '>')
			p := last()
			if !p.array && p.accepts != classFunction {
				return nil, &Error{Code: "S0401", offset: k, Value: value.OfString(definition[k-1 : k])}
			}
			p.subtype = definition[k+1 : end]
			k = end
		default:
			if accepts := classOf(c); accepts != 0 {
				if accepts != classFunction {
					accepts |= classMissing
				}
				s.parameters = append(s.parameters, parameter{accepts: accepts, array: c == 'a'})
				if c == 'a' {
					last().accepts = classAny
				}
			}
		}
	}
	return s, nil
}

// closing finds the bracket that closes the one at from.
func closing(s string, from int, open, shut byte) int {
	depth := 0
	for k := from; k < len(s); k++ {
		switch s[k] {
		case open:
			depth++
		case shut:
			if depth--; depth == 0 {
				return k
			}
		}
	}
	return len(s)
}

func classOf(symbol byte) classes {
	switch symbol {
	case 's':
		return classString
	case 'n':
		return classNumber
	case 'b':
		return classBoolean
	case 'l':
		return classNull
	case 'a':
		return classArray
	case 'o':
		return classObject
	case 'f':
		return classFunction
	case 'j':
		return classJSON
	case 'x':
		return classAny
	}
	return 0
}

func (i item) class() classes {
	switch i.kind() {
	case text:
		return classString
	case number:
		return classNumber
	case boolean:
		return classBoolean
	case null:
		return classNull
	case array:
		return classArray
	case object:
		return classObject
	case callable:
		return classFunction
	}
	return classMissing
}
