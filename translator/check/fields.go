package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

const distributedHint = `It is for a Distributed Map: set "Mode": "DISTRIBUTED" and ExecutionType in the ProcessorConfig, or remove the field.`

// open are the structures in which AWS does not refuse fields that it does not
// know (recorded: Credentials with a foreign member).
var open = map[string]bool{"Credentials": true}

// checkFields: an object has the fields it needs and no field that its
// structure, its query language or its processing mode does not have. Settings
// of a Distributed Map that stand in an inline one are ignored, as AWS does
// (recorded: ToleratedFailureCount); what would read, batch or write is not. AWS
// names the object as the place of a field that must not stand in it.
func checkFields(c *checker) {
	for _, s := range c.states {
		c.checkType(s)
	}
	for _, p := range c.parts {
		var missing []*asl.Field
		for i := range p.structure.Fields {
			f := &p.structure.Fields[i]
			if f.Required && p.has(f) && (!f.Distributed || p.distributed) && p.node.Get(f.Name) == nil {
				missing = append(missing, f)
			}
		}
		if len(missing) > 0 {
			c.fault(p.place, schema(toAdd(missing), "These fields are required: [%s]", strings.Join(fieldNames(missing), ", ")))
		}
		for _, m := range p.node.Members {
			c.checkField(p, m)
		}
	}
}

func (c *checker) checkType(s *asl.State) {
	if s.Node.Kind() != value.Object {
		c.fault(place{s.Node.Span, s.Path}, schema(`Write an object with at least the field Type.`, "Expected value of type Object, but was %s", s.Node.Kind()))
		return
	}
	types := strings.Join(asl.StateTypes(), ", ")
	switch n := s.Field("Type"); {
	case n == nil:
		c.fault(at(s), schema(`Add "Type" with one of `+types+".", "These fields are required: [Type]"))
	case !isType(s.Type):
		c.fault(valueOf(s, "Type"), schema(didYouMean(s.Type, asl.StateTypes(), writeOne), "The field 'Type' should have one of these values: [%s]", types))
	}
}

func (c *checker) checkField(p *part, m asl.Member) {
	here, there := place{m.NameSpan, p.path}, place{m.NameSpan, p.path + "/" + m.Name}
	switch f := p.structure.Field(m.Name); {
	case f == nil && open[p.structure.Name]:
		c.warn(there, says{fieldIgnored, fmt.Sprintf("The field '%s' means nothing in %s", m.Name, p.structure.Name), didYouMean(m.Name, p.legal(), "Remove it.")})
	case f == nil:
		c.fault(here, schema(p.foreign(m.Name), "Field '%s' is not supported", m.Name))
	case !p.has(f):
		c.fault(here, schema(counterpart(f, p), "The QueryLanguage is set to '%s', but field '%s' is only supported for the '%s' QueryLanguage",
			p.language, m.Name, strings.Join(f.In.OfAWS(), "', '")))
	case f.Distributed && p.inline && f.Shape == asl.Object:
		c.fault(here, schema(distributedHint, "Field '%s' is not supported for the processing mode INLINE", m.Name))
	case f.Distributed && p.inline:
		c.warn(there, says{fieldIgnored, fmt.Sprintf("%s is ignored: the processing mode is INLINE", m.Name), distributedHint})
	}
}

// manyFields is how many names a hint does not list any more.
const manyFields = 12

// foreign gives the hint for a field that the structure does not have.
func (p *part) foreign(name string) string {
	legal := p.legal()
	if near := nearest(name, legal); near != "" {
		return fmt.Sprintf("Did you mean '%s'?", near)
	}
	what := withArticle(p.structure.Name)
	if p.state != nil && p.node == p.state.Node {
		var owners []string
		for _, t := range asl.StateTypes() {
			if f := asl.StateFields(t).Field(name); f != nil && p.has(f) {
				owners = append(owners, t)
			}
		}
		if len(owners) > 0 {
			return fmt.Sprintf("Remove it: %s does not have it, states of the types %s do.", what, strings.Join(owners, ", "))
		}
	}
	if f := asl.StateFields("Choice").Field("Choices").Of().Field(name); f != nil && p.structure.Name == asl.NestedRule().Name {
		return "Remove it: only the outermost rule has it."
	}
	if len(legal) > manyFields {
		return fmt.Sprintf("Remove it: %s does not have it.", what)
	}
	return fmt.Sprintf("Remove it. The fields of %s are: %s.", what, strings.Join(legal, ", "))
}

// legal gives the names of the fields that the part may have.
func (p *part) legal() []string {
	var names []string
	for i := range p.structure.Fields {
		f := &p.structure.Fields[i]
		if p.has(f) && (!f.Distributed || p.distributed) && f.OldNameOf == "" {
			names = append(names, f.Name)
		}
	}
	return names
}

// counterparts are what one query language has in place of another's field.
var counterparts = [][2]string{{"Parameters", "Arguments"}, {"ResultSelector", "Output"}, {"ItemsPath", "Items"}, {"Variable", "Condition"}}

func counterpart(f *asl.Field, p *part) string {
	for _, pair := range counterparts {
		for i, n := range pair {
			if other := pair[1-i]; n == f.Name && slices.Contains(p.legal(), other) {
				return fmt.Sprintf("Use '%s' in its place.", other)
			}
		}
	}
	if p.language == asl.JSONPath {
		return "The field belongs to states with QueryLanguage " + strings.Join(f.In, " or ") + "; remove it."
	}
	return "The field belongs to states with QueryLanguage JSONPath; remove it."
}

// toAdd gives the hint that names missing fields and what they hold.
func toAdd(missing []*asl.Field) string {
	var parts []string
	for _, f := range missing {
		parts = append(parts, `"`+f.Name+`"`+holding(f))
	}
	return "Add " + strings.Join(parts, " and ") + "."
}

func holding(f *asl.Field) string {
	switch f.Shape {
	case asl.Enum:
		return " with one of " + strings.Join(f.Values, ", ")
	case asl.StateName:
		return " with the name of a state of this block"
	case asl.States:
		return " with an object of states by name"
	case asl.Objects, asl.NestedMachines:
		return " with an array of objects"
	case asl.ErrorNames:
		return ` with an array of error names, such as ["States.ALL"]`
	case asl.ARN:
		if len(f.Values) > 0 {
			return " with one of " + strings.Join(f.Values, ", ")
		}
		return " with the ARN of what does the work"
	}
	return ""
}

func withArticle(name string) string {
	if strings.ContainsRune("AEIOU", rune(name[0])) {
		return "an " + name
	}
	return "a " + name
}

func fieldNames(fields []*asl.Field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}
