package compile

import (
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Options say what a definition is compiled to.
type Options struct {
	// Type is the type of the state machine. That of a processor is its
	// ExecutionType.
	Type program.Type
	// Processor tells that the definition is an ItemProcessor.
	Processor bool
	// Leaf is the leaf that is asked for, see [program.PlanLeaf].
	Leaf program.LeafKind
}

// Compile makes the program. It is nil when a diagnostic is an error: those are
// faults of expressions, and those of code [Unchecked] when the tree is not one
// that package check lets pass. Nothing panics on a bad tree.
func Compile(def *asl.Definition, options Options) (*program.Program, source.Diagnostics) {
	c := &compiler{def: def, options: options}
	if def.Machine == nil {
		return nil, source.Diagnostics{{Code: Unchecked, Severity: source.Error, Summary: "There is no machine to compile"}}
	}
	var p *program.Program
	if options.Processor {
		p = c.processor(def.Machine)
	} else {
		p = c.whole(def.Machine)
	}
	if c.faults.HasErrors() {
		p = nil
	}
	return p, c.faults.Sort()
}

// compiler gathers faults while a definition is compiled.
type compiler struct {
	def     *asl.Definition
	options Options
	faults  source.Diagnostics
}

func (c *compiler) whole(m *asl.Machine) *program.Program {
	top := object{node: m.Node, path: m.Path}
	seconds, _ := top.get("TimeoutSeconds").Int()
	return program.New(program.Spec{
		Type:       c.options.Type,
		Comment:    top.text("Comment"),
		Timeout:    time.Duration(seconds) * time.Second,
		Root:       c.machine(m),
		Definition: m.Node.Value.String(),
	})
}

// processor makes a program of an ItemProcessor. The text of it says the query
// language that is in force around it, so that it means the same by itself.
func (c *compiler) processor(m *asl.Machine) *program.Program {
	definition := m.Node.Value
	if m.Language != asl.JSONPath {
		definition = definition.With("QueryLanguage", value.OfString(m.Language))
	}
	as := program.Standard
	if t := m.Node.Get("ProcessorConfig").Get("ExecutionType").Text(); t != "" {
		as = program.Type(t)
	}
	return program.New(program.Spec{
		Type:       as,
		Comment:    m.Node.Get("Comment").Text(),
		Root:       c.machine(m),
		Definition: definition.String(),
		Processor:  true,
	})
}

// machine compiles a States block.
func (c *compiler) machine(m *asl.Machine) *program.Machine {
	made := &program.Machine{}
	targets := make(map[string]*program.State, len(m.States))
	for _, s := range m.States {
		state := &program.State{Name: s.Name, Type: program.StateType(s.Type)}
		made.States = append(made.States, state)
		targets[s.Name] = state
	}
	for i, from := range m.States {
		s := &state{compiler: c, object: object{from.Node, from.Path, from}, from: from, language: c.languageOf(from), targets: targets}
		s.compile(made.States[i])
	}
	start := object{node: m.Node, path: m.Path}
	if made.StartAt = targets[start.text("StartAt")]; made.StartAt == nil {
		c.unchecked(start, "StartAt", "names no state")
	}
	return made
}

// state is a state on its way from the tree to the program.
type state struct {
	*compiler
	object
	from     *asl.State
	language language
	// targets are the states of the same block, by name.
	targets map[string]*program.State
}

func (s *state) compile(out *program.State) {
	out.Language = s.language.name()
	out.Flow = s.language.flow(s.compiler, s.object)
	out.Assign = s.language.template(s.compiler, s.object, "Assign")
	out.Retry = s.retriers()
	out.Catch = s.catchers()
	switch out.Type {
	case program.TaskState:
		out.Task = s.task()
	case program.PassState:
		out.Pass = s.pass()
	case program.ChoiceState:
		out.Choice = s.choice()
	case program.WaitState:
		out.Wait = s.wait()
	case program.FailState:
		out.Fail = s.fail()
	case program.ParallelState:
		out.Parallel = s.parallel()
	case program.MapState:
		out.Flow.Parameters = nil // the old name of ItemSelector
		out.Map = s.mapping()
	case program.SucceedState:
	default:
		s.unchecked(s.object, "Type", "is none of the eight")
	}
	out.Next = s.next(out.Type)
}

// next gives the state that Next names; nil when the state ends its machine.
func (s *state) next(as program.StateType) *program.State {
	switch as {
	case program.ChoiceState, program.SucceedState, program.FailState:
		return nil
	}
	if s.get("End").IsTrue() {
		return nil
	}
	return s.target(s.object, "Next")
}

// target gives the state that a field names.
func (s *state) target(o object, name string) *program.State {
	t := s.targets[o.text(name)]
	if t == nil {
		s.unchecked(o, name, "names no state")
	}
	return t
}
