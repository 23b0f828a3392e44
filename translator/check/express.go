package check

import "github.com/seed-a99ddb6e/stepwell/translator/asl"

// checkExpress: what runs as an Express workflow, the whole machine or the
// processor of a Distributed Map with ExecutionType EXPRESS, waits for nobody
// and starts no Map Run.
func checkExpress(c *checker) {
	c.tasks(func(here place, n *asl.Node, s *asl.State) {
		r, ok := asl.ParseResource(n.Text())
		if !ok || !c.isExpress(s.Machine) {
			return
		}
		switch r.Pattern {
		case asl.Activity:
			c.fault(here, schema(expressHint, "Express state machine does not support Activity ARN"))
		case asl.Sync:
			c.fault(here, schema(expressHint, "Express state machine does not support '.sync' service integration"))
		case asl.Callback:
			// The blank at the end is AWS's (recorded).
			c.fault(here, schema(expressHint, "Express state machine does not support '.waitForTaskToken' service integration "))
		}
	})
	for _, s := range c.ofType("Map") {
		if s.IsDistributed() && c.isExpress(s.Machine) {
			c.fault(at(s), schema(`Run the machine as STANDARD, or set "Mode": "INLINE".`, "Express state machine does not support a Map state in DISTRIBUTED mode"))
		}
	}
}

const expressHint = "Run the machine, or the Distributed Map around this state, as STANDARD, or use the request-response form of the resource."

// isExpress reports whether the machine runs in an Express execution: that of
// the nearest Distributed Map around it, or of the whole definition.
func (c *checker) isExpress(m *asl.Machine) bool {
	for ; m.Owner != nil; m = m.Owner.Machine {
		if m.Owner.IsDistributed() {
			return m.Node.Get("ProcessorConfig").Get("ExecutionType").Text() == express
		}
	}
	return c.options.Type == express
}
