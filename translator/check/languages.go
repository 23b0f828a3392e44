package check

import "github.com/seed-a99ddb6e/stepwell/translator/asl"

// checkLanguages: a place that says JSONata is told once that it cannot run
// yet; what is inside it is judged only where the language makes no difference.
// Under a whole machine in JSONata nothing may say JSONPath.
func checkLanguages(c *checker) {
	if c.def.Machine == nil {
		return
	}
	whole := c.def.Machine.Node.Get("QueryLanguage").Text() == asl.JSONata
	judge := func(p place, owner *asl.Node) {
		here := p.field(owner, "QueryLanguage")
		switch language := owner.Get("QueryLanguage").Text(); {
		case language == asl.JSONata:
			c.fault(here, says{languageUnsupported, "The query language JSONata is not supported yet",
				"Write this part with JSONPath: Parameters, ResultSelector, ResultPath, and Variable with an operator in a Choice."})
		case language == asl.JSONPath && whole && p.path != "":
			here.path = p.path
			c.fault(here, schema("Remove QueryLanguage here, or say JSONata in single states only.",
				"'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"))
		}
	}
	for _, m := range c.machines {
		judge(of(m), m.Node)
	}
	for _, s := range c.states {
		judge(at(s), s.Node)
	}
}
