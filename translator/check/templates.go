package check

import (
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// checkTemplates: in a template, a name that ends in .$ holds a path or a call
// of an intrinsic function. AWS reports these at the object that has the name.
// What looks like a path where none is evaluated is a warning.
func checkTemplates(c *checker) {
	for _, s := range c.slots {
		if s.part.language != asl.JSONPath {
			continue
		}
		switch s.field.Shape {
		case asl.Template, asl.Variables:
			c.checkTemplate(s.node, s.path)
		case asl.Literal:
			c.warnResult(s.node, s.path)
		case asl.Text:
			if s.part.structure.Field(s.field.Name+"Path") != nil && looksEvaluated(s.node.Text()) {
				c.warn(s.place, says{literalField, "This text is taken as it stands, not as a path or function",
					"To have it evaluated, call the field '" + s.field.Name + "Path'."})
			}
		}
	}
}

const suffix = ".$"

func (c *checker) checkTemplate(n *asl.Node, path string) {
	for i, e := range n.Elements {
		c.checkTemplate(e, index(path, i))
	}
	names := namesOf(n)
	for _, m := range n.Members {
		bare, dynamic := strings.CutSuffix(m.Name, suffix)
		if !dynamic {
			c.warnLiteral(m, path)
			c.checkTemplate(m.Node, path+"/"+m.Name)
			continue
		}
		if text := m.Node.Text(); !strings.HasPrefix(text, "$") && !strings.HasPrefix(text, "States.") {
			c.fault(place{m.Node.Span, path}, schema(dynamicHint(m.Node, bare),
				"The value for the field '%s' must be a valid JSONPath or a valid intrinsic function call", m.Name))
		}
		if names[bare] {
			c.fault(place{m.NameSpan, path}, schema("Remove one of them.", "The field '%s' gives '%s' a second value", m.Name, bare))
		}
	}
}

// namesOf gives the names of an object's members.
func namesOf(n *asl.Node) map[string]bool {
	names := make(map[string]bool, len(n.Members))
	for _, m := range n.Members {
		names[m.Name] = true
	}
	return names
}

func dynamicHint(n *asl.Node, bare string) string {
	if n.Kind() == value.String && strings.HasPrefix(strings.TrimSpace(n.Text()), "$") {
		return "Remove the blanks before it."
	}
	return "Begin it with $ or States., or, if the value is meant as it stands, call the field '" + bare + "' without .$ at the end."
}

// warnLiteral finds what looks like a path or a call but is taken as text.
func (c *checker) warnLiteral(m asl.Member, path string) {
	if looksEvaluated(m.Node.Text()) {
		c.warn(place{m.Node.Span, path + "/" + m.Name}, says{literalPath, "This text is taken as it stands, not as a path or function",
			"To have it evaluated, call the field '" + m.Name + suffix + "'."})
	}
}

// looksEvaluated reports a text that would be a path or a call elsewhere.
func looksEvaluated(text string) bool {
	return strings.HasPrefix(text, "$.") || strings.HasPrefix(text, "$$.") || strings.HasPrefix(text, "States.") && strings.HasSuffix(text, ")")
}

// warnResult finds names in the Result of a Pass that only a template evaluates.
func (c *checker) warnResult(n *asl.Node, path string) {
	for i, e := range n.Elements {
		c.warnResult(e, index(path, i))
	}
	for _, m := range n.Members {
		if strings.HasSuffix(m.Name, suffix) {
			c.warn(place{m.NameSpan, path + "/" + m.Name}, says{literalResult, "Result is taken as it stands: the name '" + m.Name + "' keeps its .$",
				"To have its value evaluated, call the field Parameters, not Result."})
		}
		c.warnResult(m.Node, path+"/"+m.Name)
	}
}
