package check

import (
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
	s := scopes{c, map[*asl.State][]string{}, map[*asl.State]map[string]*asl.State{}}
	c.variables(func(_ place, name string, state *asl.State) {
		s.assigned[state] = append(s.assigned[state], name)
	})
	c.variables(func(p place, name string, state *asl.State) {
		c.checkVariable(p, name)
		for owner := state.Machine.Owner; owner != nil && !owner.IsDistributed(); owner = owner.Machine.Owner {
			if outer := s.before(owner)[name]; outer != nil {
				c.fault(p, schema("Choose another name: an inner block reads outer variables but cannot assign them; pass values out through the output.",
					"The variable '%s' is assigned in an outer scope by the state '%s'", name, outer.Name))
				return
			}
		}
	})
}

// scopes knows which variables can stand when a state is entered.
type scopes struct {
	c *checker
	// assigned are the names that a state assigns; known are answers of before.
	assigned map[*asl.State][]string
	known    map[*asl.State]map[string]*asl.State
}

// before gives the variables that states before owner assign, in its own block,
// each with the first state that does.
func (s scopes) before(owner *asl.State) map[string]*asl.State {
	if names, done := s.known[owner]; done {
		return names
	}
	sources := map[*asl.State][]*asl.State{}
	for _, from := range owner.Machine.States {
		for _, l := range links(from) {
			if to := s.c.resolve(owner.Machine, l.target); to != nil {
				sources[to] = append(sources[to], from)
			}
		}
	}
	names, seen := map[string]*asl.State{}, map[*asl.State]bool{owner: true}
	for queue := []*asl.State{owner}; len(queue) > 0; queue = queue[1:] {
		for _, from := range sources[queue[0]] {
			if seen[from] {
				continue
			}
			seen[from] = true
			queue = append(queue, from)
			for _, name := range s.assigned[from] {
				if names[name] == nil {
					names[name] = from
				}
			}
		}
	}
	s.known[owner] = names
	return names
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
