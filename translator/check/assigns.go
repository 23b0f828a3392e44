package check

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
)

const (
	// maxVariable is the length of a variable's name in characters (AWS guide,
	// "Passing data between states with variables").
	maxVariable = 80
	// states is the one reserved name.
	states = "states"
)

// checkAssigns: variables have names that are identifiers, and a block does not
// assign a name that already stands in a block around it when it is entered.
// What the state around the block assigns itself comes later (recorded: the
// Catch of a Parallel). The children of a Distributed Map see no variables from
// outside, so that names are free in them.
func checkAssigns(c *checker) {
	s := &scopes{c: c, assigning: map[variable][]*asl.State{}, origins: map[variable]map[*asl.State][]*asl.State{}}
	c.variables(func(_ place, name string, state *asl.State) {
		v := variable{state.Machine, name}
		if last := len(s.assigning[v]) - 1; last < 0 || s.assigning[v][last] != state {
			s.assigning[v] = append(s.assigning[v], state)
		}
	})
	c.variables(func(p place, name string, state *asl.State) {
		c.checkVariable(p, name)
		for owner := state.Machine.Owner; owner != nil && !owner.IsDistributed(); owner = owner.Machine.Owner {
			if outer := s.before(owner, name); outer != nil {
				c.fault(p, schema("Choose another name: an inner block reads outer variables but cannot assign them; pass values out through the output.",
					"The variable '%s' is assigned in an outer scope by the state '%s'", name, outer.Name))
				return
			}
		}
	})
}

// variable is a name in the scope of one block.
type variable struct {
	block *asl.Machine
	name  string
}

// scopes knows which variables can stand when a state is entered.
type scopes struct {
	c *checker
	// assigning are the states that assign a variable.
	assigning map[variable][]*asl.State
	// origins are answers of spread.
	origins map[variable]map[*asl.State][]*asl.State
	steps   int
}

// maxSteps bounds how many transitions are followed in all: what is left of a
// text that asks for more, as no written one does, is not judged.
const maxSteps = 1_000_000

// before gives a state that comes before owner in its block and assigns the
// name; nil when there is none. What owner assigns itself does not count.
func (s *scopes) before(owner *asl.State, name string) *asl.State {
	v := variable{owner.Machine, name}
	if len(s.assigning[v]) == 0 {
		return nil
	}
	origins, done := s.origins[v]
	if !done {
		origins = s.spread(v)
		s.origins[v] = origins
	}
	for _, from := range origins[owner] {
		if from != owner {
			return from
		}
	}
	return nil
}

// spread follows a variable from the states that assign it, and gives for each
// state of the block up to two of them that come before it: enough to find one
// that is another state.
func (s *scopes) spread(v variable) map[*asl.State][]*asl.State {
	const enough = 2
	type arrival struct{ at, from *asl.State }
	origins := map[*asl.State][]*asl.State{}
	var queue []arrival
	for _, from := range s.assigning[v] {
		queue = append(queue, arrival{from, from})
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, l := range links(queue[0].at) {
			s.steps++
			to, from := s.c.blocks[v.block].states[l.target], queue[0].from
			if to == nil || s.steps > maxSteps || len(origins[to]) == enough || slices.Contains(origins[to], from) {
				continue
			}
			origins[to] = append(origins[to], from)
			queue = append(queue, arrival{to, from})
		}
	}
	return origins
}

// variables visits all names that are assigned.
func (c *checker) variables(visit func(p place, name string, s *asl.State)) {
	for _, s := range c.slots {
		if s.field.Shape != asl.Variables {
			continue
		}
		for _, m := range s.node.Members {
			name := m.Name
			if s.part.language == asl.JSONPath {
				name = strings.TrimSuffix(name, suffix)
			}
			visit(place{m.NameSpan, s.path + "/" + m.Name}, name, s.part.state)
		}
	}
}

func (c *checker) checkVariable(p place, name string) {
	switch n := utf8.RuneCountInString(name); {
	case name == states:
		c.fault(p, schema("Choose another name.", "The variable name 'states' is reserved"))
	case n > maxVariable:
		c.fault(p, schema("Shorten it.", "The variable name is %d characters long; at most %d are allowed", n, maxVariable))
	case !isIdentifier(name):
		hint := "A name begins with a letter and goes on with letters, digits and underscores."
		if strings.ContainsAny(name, ".[") {
			hint = "A variable is assigned as a whole: build the new value as an object and assign that."
		} else if strings.HasPrefix(name, "$") {
			hint = "Write the name without $."
		}
		c.fault(p, schema(hint, "'%s' is not the name of a variable", name))
	}
}

// isIdentifier reports a character of ID_Start, or an underscore, followed by
// those of ID_Continue (Unicode Standard Annex 31).
func isIdentifier(name string) bool {
	for i, r := range name {
		start := unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) || unicode.Is(unicode.Other_ID_Start, r) || r == '_'
		if !start && (i == 0 || !unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)) {
			return false
		}
	}
	return name != ""
}
