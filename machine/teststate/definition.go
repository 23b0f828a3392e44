package teststate

import (
	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// stateName is what AWS calls the tested state, whatever its name.
const stateName = "StateName"

// state finds the state of the request.
func (r *Request) state() (*program.State, error) {
	w := wrapping{definition: r.Definition}
	if r.StateName == "" {
		var err error
		if w, err = whole(r.Definition); err != nil {
			return nil, err
		}
	}
	translated, said := translator.Translate(w.definition)
	if translated == nil {
		fault := undefined(w.definition, said)
		for i := range said {
			said[i].Span = w.unwrap(said[i].Span)
		}
		return nil, fault
	}
	name := r.StateName
	if name == "" {
		name = stateName
	}
	if s := find(translated.Root(), name); s != nil {
		return s, nil
	}
	return nil, refuse("stateName", "State not found in definition")
}

// find finds a state in a machine or in those nested in it.
func find(m *program.Machine, name string) *program.State {
	for _, s := range m.States {
		if s.Name == name {
			return s
		}
		for _, inner := range within(s) {
			if found := find(inner, name); found != nil {
				return found
			}
		}
	}
	return nil
}

// within gives the machines inside of a state, whoever runs them.
func within(s *program.State) []*program.Machine {
	if s.Map != nil {
		return []*program.Machine{s.Map.Processor}
	}
	return s.Machines()
}

// whole makes a definition of the text of one state, which stands in it as it
// is. The states that it leads to end the definition.
func whole(text string) (wrapping, error) {
	def, said := asl.Parse(source.NewText("definition", text))
	if said.HasErrors() || def.Root.Kind() != value.Object {
		// What makes it no definition makes it no state either.
		_, said = translator.Translate(text)
		return wrapping{}, undefined(text, said)
	}
	if def.Root.Get("States") != nil {
		return wrapping{}, refuse("stateName", "StateName must be specified when testing a state of a whole definition")
	}
	if def.YAML {
		return wrapYAML(text, targets(def.Root)), nil
	}
	return wrapJSON(text, targets(def.Root)), nil
}

// targets gives the names of the states that a state leads to, each once.
func targets(state *asl.Node) []string {
	var names []string
	add := func(n *asl.Node) {
		if name := n.Text(); name != "" && name != stateName && !oneOf(name, names...) {
			names = append(names, name)
		}
	}
	add(state.Get("Next"))
	add(state.Get("Default"))
	for _, list := range []string{"Choices", "Catch"} {
		for _, entry := range state.Get(list).Items() {
			add(entry.Get("Next"))
		}
	}
	return names
}
