package check

import (
	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// part is one object of the definition whose fields are known: a machine, a
// state, a retrier, a ReaderConfig.
type part struct {
	place
	node      *asl.Node
	structure *asl.Structure
	// last holds the member that counts of those with one name.
	last map[string]*asl.Node
	// state is the state that the object belongs to, nil for the outermost
	// machine.
	state    *asl.State
	language string
	// distributed and inline tell in which mode the Map works that it belongs to;
	// neither when the Mode is none that there is.
	distributed, inline bool
}

// slot is a field that is there and legal, with its value.
type slot struct {
	place
	part  *part
	field *asl.Field
	node  *asl.Node
}

// gatherParts lists all parts, outer before inner, in document order.
func (c *checker) gatherParts() {
	for _, m := range c.machines {
		c.addPart(part{place: of(m), node: m.Node, structure: c.structureOf(m), state: m.Owner, language: m.Language}.in(m.Node))
	}
	for _, s := range c.states {
		if structure := asl.StateFields(s.Type); structure != nil && s.Node.Kind() == value.Object {
			c.addPart(part{place: at(s), node: s.Node, structure: structure, state: s, language: s.Language}.in(s.Processor()))
		}
	}
}

// addPart adds an object and those within it that are no machines.
func (c *checker) addPart(p part) {
	owner := &p
	owner.last = make(map[string]*asl.Node, len(p.node.Members))
	for _, m := range p.node.Members {
		owner.last[m.Name] = m.Node
	}
	c.parts = append(c.parts, owner)
	for _, m := range p.node.Members {
		field := p.structure.Field(m.Name)
		if field == nil || !p.has(field) || p.last[m.Name] != m.Node {
			continue
		}
		here := place{m.Node.Span, p.path + "/" + m.Name}
		c.slots = append(c.slots, slot{here, owner, field, m.Node})
		switch field.Shape {
		case asl.Object:
			if m.Node.Kind() == value.Object {
				c.addPart(owner.within(place{head(m.Node), here.path}, m.Node, field))
			}
		case asl.Objects:
			for _, e := range entries(m.Node, here.path) {
				c.addPart(owner.within(place{head(e.node), e.path}, e.node, field))
			}
		}
	}
}

// in gives the part with the mode that a processor names.
func (p part) in(processor *asl.Node) part {
	mode := processor.Get("ProcessorConfig").Get("Mode")
	p.distributed = mode.Text() == "DISTRIBUTED"
	p.inline = mode == nil || mode.Text() == "INLINE"
	return p
}

// has reports whether the query language has the field. Of a language that
// there is not, nothing is known.
func (p *part) has(f *asl.Field) bool {
	return f.In.Has(p.language) || p.language != asl.JSONPath && !asl.HasExpressions(p.language)
}

// within gives the part of an object in a field of p.
func (p *part) within(at place, node *asl.Node, field *asl.Field) part {
	inner := *p
	inner.place, inner.node, inner.structure = at, node, field.Of()
	return inner
}

func (c *checker) structureOf(m *asl.Machine) *asl.Structure {
	switch {
	case m.Owner == nil && !c.options.Processor:
		return asl.TopLevel()
	case m.Owner != nil && m.Owner.Type == "Parallel":
		return asl.Branch()
	case m.Owner != nil:
		return asl.ItemProcessor()
	}
	return asl.Processor()
}

// isType reports whether there is such a type of states.
func isType(name string) bool { return asl.StateFields(name) != nil }
