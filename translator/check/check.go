package check

import (
	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Options say as what a definition is to run.
type Options struct {
	// Type is STANDARD or EXPRESS; empty means STANDARD.
	Type string
	// Processor says that the text is an ItemProcessor, not a whole definition.
	Processor bool
	// Strict refuses what AWS does not have.
	Strict bool
}

// The types of state machines.
const (
	standard = "STANDARD"
	express  = "EXPRESS"
)

// rule is one concept of what a definition must be. Its cases in testdata begin
// with its name.
type rule struct {
	name string
	run  func(*checker)
}

// rules stand in the order in which a reader would explain a definition: the
// whole, its states, how they are linked, then the parts of single states.
// Findings are sorted by place afterwards.
var rules = []rule{
	{"document", checkDocument},
	{"languages", checkLanguages},
	{"fields", checkFields},
	{"groups", checkGroups},
	{"values", checkValues},
	{"names", checkNames},
	{"transitions", checkTransitions},
	{"terminals", checkTerminals},
	{"reachable", checkReachable},
	{"paths", checkPaths},
	{"templates", checkTemplates},
	{"assigns", checkAssigns},
	{"errors", checkErrors},
	{"choices", checkChoices},
	{"resources", checkResources},
	{"arguments", checkArguments},
	{"express", checkExpress},
	{"timeouts", checkTimeouts},
	{"readers", checkReaders},
	{"writers", checkWriters},
	{"labels", checkLabels},
}

// Check judges a definition and gives all diagnostics, sorted by place. It
// expects the tree that asl.Parse gave, faults of the parser being the
// parser's to report; a definition that could not be read gives none here.
func Check(def *asl.Definition, options Options) source.Diagnostics {
	if options.Type == "" {
		options.Type = standard
	}
	c := &checker{def: def, options: options, blocks: map[*asl.Machine]block{}}
	if def.Machine != nil {
		c.gather(def.Machine)
		c.gatherParts()
	}
	for _, r := range rules {
		r.run(c)
	}
	return c.found.Sort()
}

// checker holds a definition while it is judged.
type checker struct {
	def     *asl.Definition
	options Options
	// machines and states are all there are, outer before inner, in document
	// order.
	machines []*asl.Machine
	states   []*asl.State
	// blocks holds for each machine what its names stand for.
	blocks map[*asl.Machine]block
	// parts are the objects with known fields, slots the legal fields that they
	// have.
	parts []*part
	slots []slot
	found source.Diagnostics
}

// block is a States block by names. Of two states with one name the first
// counts.
type block struct {
	names  []string
	states map[string]*asl.State
}

func (c *checker) gather(m *asl.Machine) {
	c.machines = append(c.machines, m)
	b := block{make([]string, 0, len(m.States)), make(map[string]*asl.State, len(m.States))}
	for _, s := range m.States {
		if b.states[s.Name] == nil {
			b.states[s.Name] = s
			b.names = append(b.names, s.Name)
		}
	}
	c.blocks[m] = b
	for _, s := range m.States {
		c.states = append(c.states, s)
		for _, nested := range s.Nested {
			c.gather(nested)
		}
	}
}

// ofType gives the states of one type.
func (c *checker) ofType(name string) []*asl.State {
	var states []*asl.State
	for _, s := range c.states {
		if s.Type == name {
			states = append(states, s)
		}
	}
	return states
}

// entry is an object inside an array field, such as one retrier.
type entry struct {
	place
	node *asl.Node
}

// entries gives the objects of an array.
func entries(array *asl.Node, path string) []entry {
	var found []entry
	for i, n := range array.Items() {
		if n.Kind() == value.Object {
			found = append(found, entry{place{n.Span, index(path, i)}, n})
		}
	}
	return found
}

// handlers gives the retriers or catchers of a state.
func handlers(s *asl.State, field string) []entry {
	return entries(s.Field(field), s.Path+"/"+field)
}
