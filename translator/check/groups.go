package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
)

// checkGroups: fields that exclude each other or need each other.
func checkGroups(c *checker) {
	for _, p := range c.parts {
		for _, group := range p.structure.One {
			if len(p.given(group)) == 0 {
				c.lacking(p, group)
			}
			c.excluding(p, group)
		}
		for _, group := range p.structure.AtMostOne {
			c.excluding(p, group)
		}
		for _, group := range p.structure.AtLeastOne {
			if len(p.given(group)) == 0 {
				c.lacking(p, group)
			}
		}
		for _, group := range p.structure.Together {
			if given := p.given(group); len(given) > 0 && len(given) < len(group) {
				c.fault(p.field(p.node, given[0]), schema("Add the others, or remove '"+given[0]+"'.", "These fields are required together: [%s]", strings.Join(group, ", ")))
			}
		}
	}
}

// given gives those fields of a group that are there.
func (p *part) given(group []string) []string {
	var names []string
	for _, name := range group {
		if p.last[name] != nil {
			names = append(names, name)
		}
	}
	return names
}

// lacking reports that none of a group is there. A group of one field and its
// spelling for paths counts as that field.
func (c *checker) lacking(p *part, group []string) {
	var legal []string
	for _, name := range group {
		if f := p.structure.Field(name); f != nil && p.has(f) && f.OldNameOf == "" {
			legal = append(legal, name)
		}
	}
	if len(legal) == 1 || len(legal) == 2 && legal[1] == legal[0]+".$" {
		c.fault(p.place, schema(fmt.Sprintf("Add '%s'.", strings.Join(legal, "' or '")), "The field '%s' is required but was missing", legal[0]))
		return
	}
	c.fault(p.place, schema(fmt.Sprintf("Add one of them%s.", example(legal)), "One of these fields is required: [%s]", strings.Join(legal, ", ")))
}

// example shows how a group is most often satisfied.
func example(group []string) string {
	switch group[0] {
	case "Next":
		return `: "Next" with the name of the state to go on with, or "End": true`
	case "Seconds":
		return `, such as "Seconds": 10`
	}
	return ""
}

// excluding reports every field of a group that comes after another in the
// text.
func (c *checker) excluding(p *part, group []string) {
	given := p.given(group)
	first := true
	for _, m := range p.node.Members {
		if !slices.Contains(given, m.Name) || p.last[m.Name] != m.Node || !p.has(p.structure.Field(m.Name)) {
			continue
		}
		if !first {
			c.fault(place{m.NameSpan, p.path}, schema(keepOne(p.structure, given), "There should only be one of the following fields: [%s]", strings.Join(given, ", ")))
		}
		first = false
	}
}

// keepOne gives the hint for fields that exclude each other.
func keepOne(s *asl.Structure, given []string) string {
	for _, name := range given {
		if f := s.Field(name); f != nil && f.OldNameOf != "" {
			return fmt.Sprintf("Remove '%s', which is the old name of '%s'.", name, f.OldNameOf)
		}
	}
	return fmt.Sprintf("Keep one of '%s'.", strings.Join(given, "' and '"))
}
