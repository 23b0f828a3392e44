package check

import (
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
)

// checkChoices: in JSONPath a choice rule, and every rule inside of it, tests
// one thing: a Variable with one operator, or And, Or, Not. A rule without any
// that has a field which no rule has, most likely a misspelt one, has its fault
// already.
func checkChoices(c *checker) {
	operators := make(map[string]bool)
	for _, f := range asl.Comparisons() {
		operators[f.Name] = true
	}
	combinators := make(map[string]bool)
	for _, name := range asl.Combinators() {
		combinators[name] = true
	}
	for _, p := range c.parts {
		if p.language != asl.JSONPath || p.structure.Field("Variable") == nil {
			continue
		}
		var compares, combines []asl.Member
		foreign := false
		for _, m := range p.node.Members {
			f := p.structure.Field(m.Name)
			foreign = foreign || f == nil
			switch {
			case operators[m.Name]:
				compares = append(compares, m)
			case combinators[m.Name]:
				combines = append(combines, m)
			}
		}
		if !foreign || len(compares)+len(combines) > 0 {
			c.checkTests(p, compares, combines)
		}
	}
}

func (c *checker) checkTests(p *part, compares, combines []asl.Member) {
	variable := p.node.Get("Variable")
	tests := append(combines, compares...)
	switch {
	case len(tests) == 0 && variable != nil:
		c.fault(p.place, schema(`Add an operator that tests the Variable, such as "NumericEquals": 1 or "IsPresent": true.`, "The rule has no operator"))
	case len(tests) == 0:
		c.fault(p.place, schema(`Add a Variable with an operator, such as "NumericEquals": 1, or one of And, Or, Not.`, "The rule tests nothing"))
	case len(tests) > 1:
		c.fault(place{tests[1].NameSpan, p.path + "/" + tests[1].Name}, schema(`Combine tests with "And": [{...}, {...}].`,
			"Only one operator is allowed in a rule: [%s]", memberNames(tests)))
	}
	if len(compares) > 0 && variable == nil {
		c.fault(p.place, schema("Add \"Variable\" with the path of the value to test.", "These fields are required: [Variable]"))
	}
}

func memberNames(members []asl.Member) string {
	names := make([]string, len(members))
	for i, m := range members {
		names[i] = m.Name
	}
	return strings.Join(names, ", ")
}
