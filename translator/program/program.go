package program

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// Type is the type of a state machine: how its executions are kept.
type Type string

// Standard executions are durable; Express ones run in one activity.
const (
	Standard Type = "STANDARD"
	Express  Type = "EXPRESS"
)

// Language is a query language, as the field QueryLanguage spells it.
type Language string

// The query languages of the States Language.
const (
	JSONPath Language = "JSONPath"
	JSONata  Language = "JSONata"
	CEL      Language = "CEL"
)

// Program is a definition that is ready to run. It is immutable.
type Program struct {
	spec   Spec
	digest string
	states map[string]*State
}

// Spec is what a Program is made of.
type Spec struct {
	Type    Type
	Comment string
	// Timeout is TimeoutSeconds; 0 means none.
	Timeout time.Duration
	Root    *Machine
	// Definition is the text that translates to this program again: compact
	// JSON, whatever the spelling of the original.
	Definition string
	// Processor tells that Definition is an ItemProcessor.
	Processor bool
}

// New makes a Program. The caller must not write to the spec's nodes afterwards.
func New(spec Spec) *Program {
	sum := sha256.Sum256([]byte(string(spec.Type) + "\n" + spec.Definition))
	p := &Program{spec: spec, digest: hex.EncodeToString(sum[:16]), states: map[string]*State{}}
	p.gather(spec.Root)
	return p
}

func (p *Program) gather(m *Machine) {
	for _, s := range m.States {
		p.states[s.Name] = s
		for _, nested := range s.Machines() {
			p.gather(nested)
		}
	}
}

// Type gives the type of the state machine.
func (p *Program) Type() Type { return p.spec.Type }

// Comment gives the definition's Comment.
func (p *Program) Comment() string { return p.spec.Comment }

// Timeout gives TimeoutSeconds, 0 when there is none.
func (p *Program) Timeout() time.Duration { return p.spec.Timeout }

// Root gives the outermost machine.
func (p *Program) Root() *Machine { return p.spec.Root }

// State finds a state of this program by its name, in nested machines too
// (names are unique over the whole definition), but not inside the
// ItemProcessor of a Distributed Map, which is a program of its own.
func (p *Program) State(name string) (*State, bool) {
	s, ok := p.states[name]
	return s, ok
}

// Definition gives the text that translates to this program again.
func (p *Program) Definition() string { return p.spec.Definition }

// IsProcessor reports whether the definition is an ItemProcessor.
func (p *Program) IsProcessor() bool { return p.spec.Processor }

// Digest names the program's content: equal digests, equal programs.
func (p *Program) Digest() string { return p.digest }
