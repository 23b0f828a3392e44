package jsonata

import "github.com/seed-a99ddb6e/stepwell/translator/value"

// validate checks arguments against the signature and gives those that the
// function is to see: the context value for one that is left out, and arrays
// where arrays are wanted.
func (s *signature) validate(args []item, context item) ([]item, *Error) {
	if s.fits(args) {
		return args, nil
	}
	counts := make([]int, len(s.parameters))
	if !s.match(args, 0, counts) {
		return nil, s.mismatch(args)
	}
	valid := make([]item, 0, len(args)+1)
	at := 0
	argument := func() item {
		if at < len(args) {
			return args[at]
		}
		return item{}
	}
	for k, p := range s.parameters {
		if counts[k] == 0 {
			if !p.context {
				valid = append(valid, argument())
				at++
				continue
			}
			if p.accepts&context.class() == 0 {
				return nil, &Error{Code: "T0411", Value: context.shown(), Index: at + 1}
			}
			valid = append(valid, context)
			continue
		}
		first := argument()
		for range counts[k] {
			v := first
			if p.array {
				var err *Error
				if v, err = p.asArray(argument(), at+1); err != nil {
					return nil, err
				}
			}
			valid = append(valid, v)
			at++
		}
	}
	return valid, nil
}

// fits is the usual case: one argument for each parameter, of its class.
func (s *signature) fits(args []item) bool {
	if len(args) != len(s.parameters) {
		return false
	}
	for k := range args {
		p, class := &s.parameters[k], args[k].class()
		if p.accepts&class == 0 || p.array && class != classMissing && (class != classArray || !p.elementsFit(args[k])) {
			return false
		}
	}
	return true
}

// match assigns arguments to parameters from the left, as many as possible to
// each, and takes back what leaves no place for the rest.
func (s *signature) match(args []item, k int, counts []int) bool {
	if k == len(s.parameters) {
		return len(args) == 0
	}
	p := s.parameters[k]
	most := 0
	for most < len(args) && p.accepts&args[most].class() != 0 && (most == 0 || p.repeated) {
		most++
	}
	least := 1
	if p.optional {
		least = 0
	}
	for n := most; n >= least; n-- {
		counts[k] = n
		if s.match(args[n:], k+1, counts) {
			return true
		}
	}
	return false
}

// mismatch finds the argument at fault: the one after those that the longest
// possible run of parameters takes.
func (s *signature) mismatch(args []item) *Error {
	good := 0
	for k := range s.parameters {
		taken := (&signature{s.parameters[:k+1]}).longest(args)
		if taken < 0 {
			break
		}
		good = taken
	}
	err := &Error{Code: "T0410", Index: good + 1}
	if good < len(args) {
		err.Value = args[good].shown()
	}
	return err
}

// longest gives how many arguments the parameters take, -1 when they cannot
// all be served.
func (s *signature) longest(args []item) int {
	counts := make([]int, len(s.parameters))
	for n := len(args); n >= 0; n-- {
		if s.match(args[:n], 0, counts) {
			return n
		}
	}
	return -1
}

// asArray makes an array of what is not one, and checks its elements.
func (p parameter) asArray(v item, index int) (item, *Error) {
	switch v.class() {
	case classMissing:
		return item{}, nil
	case classArray:
		if p.subtype != "" && !p.elementsFit(v) {
			return item{}, p.wrongElements(v, index)
		}
		return v, nil
	}
	if p.subtype != "" && (len(p.subtype) > 1 || classOf(p.subtype[0])&v.class() == 0) {
		return item{}, p.wrongElements(v, index)
	}
	return ofArray([]item{v}), nil
}

// elementsFit reports that all elements are of the subtype's class.
func (p parameter) elementsFit(v item) bool {
	if p.subtype == "" {
		return true
	}
	class := classOf(p.subtype[0])
	for k := range v.len() {
		if v.at(k).class() != class {
			return false
		}
	}
	return true
}

func (p parameter) wrongElements(v item, index int) *Error {
	err := &Error{Code: "T0412", Value: v.shown(), Index: index}
	if plural := pluralOf(p.subtype); plural != "" {
		err.Value2 = value.OfString(plural)
	}
	return err
}

func pluralOf(subtype string) string {
	switch subtype {
	case "a":
		return "arrays"
	case "b":
		return "booleans"
	case "f":
		return "functions"
	case "n":
		return "numbers"
	case "o":
		return "objects"
	case "s":
		return "strings"
	}
	return ""
}
