package jsonpath

import (
	"strconv"
	"strings"
)

// kind tells the steps apart.
type kind uint8

const (
	stepName     kind = iota // .a
	stepIndex                // [0]
	stepNames                // ['a','b']
	stepIndexes              // [0,1]
	stepSlice                // [1:3]
	stepWildcard             // [*]
	stepScan                 // .., always before another step
	stepFilter               // [?(...)]
	stepFunction             // .length()
)

// step is one part of a path. Of the fields those of its kind are set.
type step struct {
	kind    kind
	name    string
	index   int
	names   []string
	indexes []int
	slice   slice
	filter  condition
	call    call
	// lenient is set when the steps before lead to many places: then what does
	// not fit is passed over instead of being an error.
	lenient bool
	// merges is set for the names of a last step: they give one object.
	merges bool
}

// definite reports whether the step leads from one place to at most one.
func (s *step) definite() bool {
	switch s.kind {
	case stepName, stepIndex, stepFunction:
		return true
	case stepNames:
		return s.merges
	}
	return false
}

// write gives the step as Jayway spells it.
func (s *step) write(b *strings.Builder) {
	switch s.kind {
	case stepName:
		b.WriteString("['" + s.name + "']")
	case stepNames:
		b.WriteString("['" + strings.Join(s.names, "','") + "']")
	case stepIndex:
		b.WriteString("[" + strconv.Itoa(s.index) + "]")
	case stepIndexes:
		b.WriteByte('[')
		for i, index := range s.indexes {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(strconv.Itoa(index))
		}
		b.WriteByte(']')
	case stepSlice:
		b.WriteString(s.slice.String())
	case stepWildcard:
		b.WriteString("[*]")
	case stepScan:
		b.WriteString("..")
	case stepFilter:
		b.WriteString("[?]")
	case stepFunction:
		b.WriteString("." + s.call.function.name)
	}
}

// slice is [from:to]; a side that is not there is open.
type slice struct {
	from, to       int
	hasFrom, hasTo bool
}

// bounds gives the part of an array of the length, clipped to it. Negative
// numbers count from the end.
func (s slice) bounds(length int) (from, to int) {
	to = length
	if s.hasFrom {
		from = fromEnd(s.from, length)
	}
	if s.hasTo {
		to = fromEnd(s.to, length)
	}
	to = min(max(0, to), length)
	return min(max(0, from), to), to
}

func fromEnd(i, length int) int {
	if i < 0 {
		return i + length
	}
	return i
}

func (s slice) String() string {
	text := "["
	if s.hasFrom {
		text += strconv.Itoa(s.from)
	}
	text += ":"
	if s.hasTo {
		text += strconv.Itoa(s.to)
	}
	return text + "]"
}
