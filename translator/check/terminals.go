package check

import "github.com/seed-a99ddb6e/stepwell/translator/asl"

// checkTerminals: every States block has a state in which it can end.
func checkTerminals(c *checker) {
	for _, m := range c.machines {
		if len(m.States) > 0 && !hasTerminal(m) {
			c.fault(of(m), says{missingEnd, "Workflow has no terminal state",
				`Give a state of this block "End": true, or add a Succeed or Fail state.`})
		}
	}
}

// hasTerminal reports that the block can end. A state that lacks both Next and
// End, or whose type is unknown, counts: its own fault says what to mend.
func hasTerminal(m *asl.Machine) bool {
	for _, s := range m.States {
		switch {
		case s.Type == "Succeed", s.Type == "Fail", !isType(s.Type):
			return true
		case s.Type == "Choice":
		case s.Field("End") != nil, s.Field("Next") == nil:
			return true
		}
	}
	return false
}
