package check

import (
	"fmt"
	"slices"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// checkReachable: every state of a block can be reached from its StartAt. A
// block without a terminal state has that fault alone, as AWS does; so has one
// whose StartAt leads nowhere, or where a state does not say how it goes on.
func checkReachable(c *checker) {
	for _, m := range c.machines {
		start := c.resolve(m, m.Node.Get("StartAt").Text())
		if start == nil || !hasTerminal(m) {
			continue
		}
		reached := c.reach(start)
		if slices.ContainsFunc(m.States, func(s *asl.State) bool { return reached[s.Name] && isUnfinished(s) }) {
			continue
		}
		for _, s := range m.States {
			if !reached[s.Name] {
				c.fault(at(s), says{missingTarget, fmt.Sprintf("State \"%s\" is not reachable", s.Name),
					"Let a Next, Default or Catch name it, or remove it."})
			}
		}
	}
}

// reach gives the names of the states that can come after a state, and its own.
func (c *checker) reach(start *asl.State) map[string]bool {
	reached := map[string]bool{start.Name: true}
	for queue := []*asl.State{start}; len(queue) > 0; queue = queue[1:] {
		for _, l := range links(queue[0]) {
			if next := c.resolve(start.Machine, l.target); next != nil && !reached[next.Name] {
				reached[next.Name] = true
				queue = append(queue, next)
			}
		}
	}
	return reached
}

// resolve gives the state that a target names, or most likely means: a misspelt
// target is one fault, not two.
func (c *checker) resolve(m *asl.Machine, target string) *asl.State {
	b := c.blocks[m]
	if s := b.states[target]; s != nil {
		return s
	}
	return b.states[nearest(target, b.names)]
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
