package check

import (
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// checkTemplates: in a template, a name that ends in .$ holds a path or a call
// of an intrinsic function. AWS reports these at the object that has the name.
func checkTemplates(c *checker) {
	for _, s := range c.slots {
		if (s.field.Shape == asl.Template || s.field.Shape == asl.Variables) && s.part.language == asl.JSONPath {
			c.checkTemplate(s.node, s.path)
		}
	}
}

const suffix = ".$"

func (c *checker) checkTemplate(n *asl.Node, path string) {
	for i, e := range n.Elements {
		c.checkTemplate(e, index(path, i))
	}
	for i, m := range n.Members {
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
		for j, other := range n.Members {
			if i != j && other.Name == bare {
				c.fault(place{m.NameSpan, path}, schema("Remove one of them.", "The field '%s' gives '%s' a second value", m.Name, bare))
			}
		}
	}
}

func dynamicHint(n *asl.Node, bare string) string {
	if n.Kind() == value.String && strings.HasPrefix(strings.TrimSpace(n.Text()), "$") {
		return "Remove the blanks before it."
	}
	return "Begin it with $ or States., or, if the value is meant as it stands, call the field '" + bare + "' without .$ at the end."
}

// warnLiteral finds what looks like a path or a call but is taken as text.
func (c *checker) warnLiteral(m asl.Member, path string) {
	text := m.Node.Text()
	if strings.HasPrefix(text, "$.") || strings.HasPrefix(text, "$$.") || strings.HasPrefix(text, "States.") && strings.HasSuffix(text, ")") {
		c.warn(place{m.Node.Span, path + "/" + m.Name}, says{literalPath, "This text is taken as it stands, not as a path or function",
			"To have it evaluated, call the field '" + m.Name + suffix + "'."})
	}
}
