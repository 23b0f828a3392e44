package check

import (
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// checkReachable: something leads to every state of a block. AWS asks no more
// than that: the state is its block's StartAt or the target of another state,
// one that cannot be reached itself included. States that lead to each other and
// to which nothing else leads are accepted, so these are a warning. A block
// without a terminal state has that fault alone, as AWS does; so has one where a
// state does not say how it goes on.
func checkReachable(c *checker) {
	for _, m := range c.machines {
		if m.Node.Get("StartAt").Kind() != value.String || !hasTerminal(m) || hasUnfinished(m) {
			continue
		}
		targets := c.targets(m)
		reached := c.reach(m)
		for _, s := range m.States {
			switch {
			case !targets[s.Name]:
				c.fault(at(s), says{unreachable, fmt.Sprintf("State \"%s\" is not reachable.", s.Name),
					"Let a Next, Default or Catch name it, or remove it."})
			case !reached[s.Name]:
				c.warn(at(s), says{unreachable, fmt.Sprintf("Nothing that runs leads to state \"%s\"", s.Name),
					"Only states that are not reached themselves lead to it. Let a Next, Default or Catch name one of them, or remove them."})
			}
		}
	}
}

// targets gives the names that StartAt and the states of a block lead to; a
// state that leads to itself does not count.
func (c *checker) targets(m *asl.Machine) map[string]bool {
	targets := map[string]bool{m.Node.Get("StartAt").Text(): true}
	for _, s := range m.States {
		for _, l := range links(s) {
			if l.target != s.Name {
				targets[l.target] = true
			}
		}
	}
	return targets
}

// reach gives the names of the states that can come after StartAt or after a
// state that nothing leads to, and theirs: such a state is told by itself.
func (c *checker) reach(m *asl.Machine) map[string]bool {
	targets, reached := c.targets(m), map[string]bool{}
	var queue []*asl.State
	add := func(s *asl.State) {
		if s != nil && !reached[s.Name] {
			reached[s.Name] = true
			queue = append(queue, s)
		}
	}
	add(c.blocks[m].states[m.Node.Get("StartAt").Text()])
	for _, s := range m.States {
		if !targets[s.Name] {
			add(s)
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, l := range links(queue[0]) {
			add(c.blocks[m].states[l.target])
		}
	}
	return reached
}

// hasUnfinished reports that a state of the block has a fault in how it goes on.
func hasUnfinished(m *asl.Machine) bool {
	for _, s := range m.States {
		if isUnfinished(s) {
			return true
		}
	}
	return false
}

// isUnfinished reports that a state has a fault in how it goes on.
func isUnfinished(s *asl.State) bool {
	structure := asl.StateFields(s.Type)
	if structure == nil || structure.Field("Next") != nil && s.Field("Next") == nil && s.Field("End") == nil {
		return true
	}
	for _, field := range []string{"Next", "Default"} {
		if n := s.Field(field); n != nil && n.Kind() != value.String {
			return true
		}
	}
	for _, field := range []string{"Choices", "Catch"} {
		for _, e := range s.Field(field).Items() {
			if e.Get("Next").Kind() != value.String {
				return true
			}
		}
	}
	return s.Type == "Choice" && s.Field("Choices").Kind() != value.Array
}
