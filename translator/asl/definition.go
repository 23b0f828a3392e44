package asl

import (
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/translator/source"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// The query languages, as the field QueryLanguage spells them. AWS does not
// have CEL.
const (
	JSONPath = "JSONPath"
	JSONata  = "JSONata"
	CEL      = "CEL"
)

// Definition is a whole text.
type Definition struct {
	Text *source.Text
	// YAML tells how the text is spelled.
	YAML bool
	// Root is nil when the text could not be read.
	Root *Node
	// Machine is the outermost machine; nil when the text is not an object.
	Machine *Machine
}

// Machine is one States block as written: the top level, a branch of a
// Parallel, or the processor of a Map.
type Machine struct {
	Node *Node
	// Path is where it stands, as AWS writes it: "" for the top level,
	// "/States/P/Branches[0]" for a branch.
	Path string
	// Language is the query language in force: its own, or that of the machine
	// around it.
	Language string
	// Owner is the state whose branch or processor this is; nil at the top.
	Owner *State
	// States stand in document order, those with the same name too.
	States []*State
}

// State is one state as written.
type State struct {
	Name     string
	NameSpan source.Span
	// Node is the value of the state, which need not be an object.
	Node *Node
	// Path is where it stands, such as /States/P/Branches[0]/States/A.
	Path string
	// Type is the text of the field Type, "" when it is missing or no string.
	Type string
	// Language is the query language in force in this state.
	Language string
	// Machine is the block that the state stands in.
	Machine *Machine
	// Nested are its branches, or its one processor.
	Nested []*Machine
}

// Field gives the value of a field of the state, nil when it is not there.
func (s *State) Field(name string) *Node { return s.Node.Get(name) }

// IsDistributed reports whether the state is a Map whose processor says
// "Mode": "DISTRIBUTED".
func (s *State) IsDistributed() bool {
	return s.Type == "Map" && s.Processor().Get("ProcessorConfig").Get("Mode").Text() == "DISTRIBUTED"
}

// Processor gives the ItemProcessor of a Map, or what its old name Iterator
// holds; nil when there is neither.
func (s *State) Processor() *Node {
	_, n := s.processor()
	return n
}

func (s *State) processor() (name string, n *Node) {
	for _, name := range []string{"ItemProcessor", "Iterator"} {
		if n := s.Field(name); n != nil {
			return name, n
		}
	}
	return "", nil
}

// State gives the first state of the machine with the name, or nil.
func (m *Machine) State(name string) *State {
	for _, s := range m.States {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// Walk visits the machine's states and those of nested machines, outer before
// inner, in document order.
func (m *Machine) Walk(visit func(*State)) {
	for _, s := range m.States {
		visit(s)
		for _, nested := range s.Nested {
			nested.Walk(visit)
		}
	}
}

// newMachine sees an object as a States block. language is the one in force
// around it.
func newMachine(node *Node, path, language string, owner *State) *Machine {
	m := &Machine{Node: node, Path: path, Owner: owner, Language: language}
	if own := node.Get("QueryLanguage").Text(); own != "" {
		m.Language = own
	}
	states := node.Get("States")
	if states.Kind() != value.Object {
		return m
	}
	for _, member := range states.Members {
		m.States = append(m.States, newState(member, m))
	}
	return m
}

func newState(member Member, m *Machine) *State {
	s := &State{
		Name: member.Name, NameSpan: member.NameSpan, Node: member.Node, Machine: m,
		Path:     m.Path + "/States/" + member.Name,
		Type:     member.Node.Get("Type").Text(),
		Language: m.Language,
	}
	if own := s.Field("QueryLanguage").Text(); own != "" {
		s.Language = own
	}
	switch s.Type {
	case "Parallel":
		for i, branch := range s.Field("Branches").Items() {
			s.nest(branch, fmt.Sprintf("%s/Branches[%d]", s.Path, i))
		}
	case "Map":
		if name, processor := s.processor(); processor != nil {
			s.nest(processor, s.Path+"/"+name)
		}
	}
	return s
}

func (s *State) nest(node *Node, path string) {
	if node.Kind() == value.Object {
		s.Nested = append(s.Nested, newMachine(node, path, s.Machine.Language, s))
	}
}
