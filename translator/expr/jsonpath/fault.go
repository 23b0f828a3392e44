package jsonpath

import (
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// reason is why a step cannot be taken.
type reason uint8

const (
	found     reason = iota
	noMember         // an object without the name
	noElement        // an array without the index
	noObject         // a name in something that is no object
	noArray          // an index in something that is no array
	primitive        // a filter on something that is neither
	noResult         // a function that cannot give a value
)

// fault is where a path ends without a result. It is a value, so that a lookup
// that may fail costs nothing; the words are found in [Path.miss].
type fault struct {
	reason reason
	step   int
	at     value.Value
	detail string
}

// miss puts a fault into Jayway's words.
func (p *Path) miss(f fault) *Miss {
	last := f.step == len(p.steps)-1
	m := &Miss{Path: p, Absent: f.reason == noMember || f.reason == noElement}
	switch f.reason {
	case noMember:
		m.Detail = "No results for path: " + p.canonical(len(p.steps))
		if !last {
			m.Detail = "Missing property in path " + p.canonical(f.step+1)
		}
	case noElement:
		m.Detail = "No results for path: " + p.canonical(len(p.steps))
		m.PastEnd = last
	case noObject:
		m.Detail = fmt.Sprintf("Expected to find an object with property %s in path %s but found '%s'. "+
			"This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonProvider'.",
			p.fragment(f.step), p.canonical(f.step), javaClass(f.at))
	case noArray:
		m.Detail = fmt.Sprintf("Filter: %s can only be applied to arrays. Current context is: %s", p.fragment(f.step), Text(f.at))
		if f.at.Kind() == value.Null {
			m.Detail = fmt.Sprintf("The path %s is null", p.canonical(f.step))
		}
	case primitive:
		m.Detail = fmt.Sprintf("Filter: %s can not be applied to primitives. Current context is: %s", p.fragment(f.step), Text(f.at))
	case noResult:
		m.Detail = f.detail
	}
	return m
}

// fragment writes one step as Jayway does.
func (p *Path) fragment(i int) string { return p.canonical(i + 1)[len(p.canonical(i)):] }

func (p *Path) noDocument() string {
	if p.root == Variable {
		return fmt.Sprintf("The variable '$%s' is not defined", p.variable)
	}
	return "There is no input"
}
