package check

import "github.com/seed-a99ddb6e/stepwell/translator/asl"

// checkLanguages: under a whole machine in JSONata nothing may say JSONPath, and
// likewise under one in CEL.
func checkLanguages(c *checker) {
	if c.def.Machine == nil {
		return
	}
	whole := c.def.Machine.Node.Get("QueryLanguage").Text()
	if !asl.HasExpressions(whole) {
		return
	}
	judge := func(p place, owner *asl.Node) {
		if owner.Get("QueryLanguage").Text() == asl.JSONPath && p.path != "" {
			here := p.field(owner, "QueryLanguage")
			here.path = p.path
			c.fault(here, schema("Remove QueryLanguage here, or say "+whole+" in single states only.",
				"'QueryLanguage' can not be 'JSONPath' if set to '%s' for whole state machine", whole))
		}
	}
	for _, m := range c.machines {
		judge(of(m), m.Node)
	}
	for _, s := range c.states {
		judge(at(s), s.Node)
	}
}
