package check

import (
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// link is one transition out of a state.
type link struct {
	place
	target string
}

// links gives all transitions of a state in document order of their kinds.
func links(s *asl.State) []link {
	var found []link
	add := func(p place, object *asl.Node, field string) {
		if n := object.Get(field); n.Kind() == value.String {
			found = append(found, link{p.field(object, field), n.Text()})
		}
	}
	add(at(s), s.Node, "Next")
	add(at(s), s.Node, "Default")
	for _, field := range []string{"Choices", "Catch"} {
		for _, e := range handlers(s, field) {
			add(e.place, e.node, "Next")
		}
	}
	return found
}

// checkTransitions: every target is a state of the same States block. That a
// state has either Next or End is the field table's; End is never false.
func checkTransitions(c *checker) {
	for _, m := range c.machines {
		if start := m.Node.Get("StartAt"); start.Kind() == value.String && len(m.States) > 0 {
			c.checkTarget(m, link{of(m).field(m.Node, "StartAt"), start.Text()})
		}
	}
	for _, s := range c.states {
		for _, l := range links(s) {
			c.checkTarget(s.Machine, l)
		}
		fields, end := asl.StateFields(s.Type), s.Field("End")
		if end.Kind() == value.Bool && !end.Value.IsTrue() && fields != nil && fields.Field("End") != nil {
			c.fault(valueOf(s, "End"), schema(`Write "End": true, or remove it and add "Next".`, "The field 'End' should have one of these values: [true]"))
		}
	}
}

func (c *checker) checkTarget(m *asl.Machine, l link) {
	if c.blocks[m].states[l.target] != nil {
		return
	}
	hint := didYouMean(l.target, c.blocks[m].names, "The name of a state of this States block is needed, with the same upper and lower case.")
	for _, other := range c.machines {
		if s := c.blocks[other].states[l.target]; s != nil {
			hint = fmt.Sprintf("State '%s' stands in another States block (%s); a transition cannot leave or enter a branch or a processor.", s.Name, s.Path)
			break
		}
	}
	c.fault(l.place, says{missingTarget, fmt.Sprintf("Missing 'Next' target: %s", l.target), hint})
}
