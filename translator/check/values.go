package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// checkValues: the value of a field has the type, the bounds and the spelling
// that its shape asks for.
func checkValues(c *checker) {
	for _, s := range c.slots {
		if s.isExpression() {
			continue
		}
		c.checkValue(s)
	}
}

// isExpression reports an expression in place of a value, in a language whose
// expressions stand inside of texts.
func (s slot) isExpression() bool {
	return s.field.Expression && asl.HasExpressions(s.part.language) && strings.HasPrefix(s.node.Text(), "{%")
}

// writeOne is the hint where nothing near was meant.
const writeOne = "Write one of these values, with the same upper and lower case."

// kinds are the JSON types of the shapes that have one.
var kinds = map[asl.Shape]value.Kind{
	asl.Text: value.String, asl.Enum: value.String, asl.StateName: value.String, asl.Boolean: value.Bool,
	asl.Integer: value.Number, asl.Number: value.Number, asl.Timestamp: value.String, asl.Path: value.String,
	asl.NullablePath: value.String, asl.ReferencePath: value.String, asl.ResultPath: value.String,
	asl.PathOrIntrinsic: value.String, asl.Variables: value.Object, asl.ErrorNames: value.Array, asl.Texts: value.Array,
	asl.ARN: value.String, asl.LabelText: value.String, asl.Pointer: value.String, asl.Object: value.Object,
	asl.Objects: value.Array, asl.NestedMachine: value.Object, asl.NestedMachines: value.Array, asl.States: value.Object,
}

func (c *checker) checkValue(s slot) {
	n, f := s.node, s.field
	if n.Kind() == value.Null && (f.Shape == asl.NullablePath || f.Shape == asl.ResultPath) {
		return
	}
	if want, typed := kinds[f.Shape]; typed && n.Kind() != want {
		if f.Shape == asl.Integer {
			c.notWhole(s)
			return
		}
		c.wrongType(s.place, f.Name, want, n)
		return
	}
	switch f.Shape {
	case asl.Enum:
		if !slices.Contains(f.Values, n.Text()) && !(f.Name == "Type" && s.part.state != nil) && (c.options.Strict || !slices.Contains(f.Extensions, n.Text())) {
			c.fault(s.place, schema(c.meant(n.Text(), f), "The field '%s' should have one of these values: [%s]", f.Name, strings.Join(f.Values, ", ")))
		}
	case asl.Integer, asl.Number:
		c.checkNumber(s)
	case asl.Timestamp:
		if _, ok := n.Value.Time(); !ok {
			c.fault(s.place, schema("Write it as 2026-01-31T12:00:00Z, with capital T and Z.", "String does not match RFC3339 timestamp"))
		}
	case asl.Condition:
		if n.Kind() != value.Bool && n.Kind() != value.String {
			c.wrongType(s.place, f.Name, value.Bool, n)
		}
	case asl.ErrorNames, asl.Texts:
		c.checkElements(s, value.String)
	case asl.Objects, asl.NestedMachines:
		c.checkElements(s, value.Object)
	case asl.ARN:
		c.checkAllowed(s)
	case asl.LabelText:
		c.checkLabel(s)
	case asl.Pointer:
		c.checkPointer(s)
	case asl.States:
		if len(n.Members) == 0 {
			c.fault(s.place, schema("Add at least one state.", "Value cannot be empty"))
		}
	}
}

// meant gives the hint for a string that is none of an Enum.
func (c *checker) meant(text string, f *asl.Field) string {
	if slices.Contains(f.Extensions, text) {
		return "AWS does not have it; without --strict it is taken."
	}
	values := f.Values
	if !c.options.Strict {
		values = slices.Concat(values, f.Extensions)
	}
	return didYouMean(text, values, writeOne)
}

func (c *checker) wrongType(p place, name string, want value.Kind, n *asl.Node) {
	c.fault(p, schema(fmt.Sprintf("Write %s for '%s', not %s.", article(want), name, article(n.Kind())), "Expected value of type %s", title(want)))
}

// article names what to write in place of a wrong type.
func article(k value.Kind) string {
	if k == value.Object || k == value.Array {
		return "an " + k.String()
	}
	switch k {
	case value.String:
		return "a string in quotes"
	case value.Bool:
		return "true or false, without quotes"
	case value.Null:
		return "null"
	}
	return "a number without quotes"
}

func title(k value.Kind) string { return strings.ToUpper(k.String()[:1]) + k.String()[1:] }

func (c *checker) checkNumber(s slot) {
	f := s.field
	number, ok := s.node.Value.Float()
	if _, whole := s.node.Value.Int(); !ok || f.Shape == asl.Integer && !whole {
		c.notWhole(s)
		return
	}
	if f.Min == 0 && f.Max == 0 {
		return
	}
	hint := fmt.Sprintf("Allowed for '%s' is %d to %d.", f.Name, f.Min, f.Max)
	if number < float64(f.Min) {
		c.fault(s.place, schema(hint, "Minimum value is %s", bound(f, f.Min)))
	} else if number > float64(f.Max) {
		c.fault(s.place, schema(hint, "Maximum value is %s", bound(f, f.Max)))
	}
}

// notWhole reports what is no whole number where one must stand.
func (c *checker) notWhole(s slot) {
	c.fault(s.place, schema(fmt.Sprintf("Write a whole number without quotes for '%s'.", s.field.Name), "Expected value of type Integer"))
}

// bound spells a bound as AWS does: that of a field which may have fractions
// has one.
func bound(f *asl.Field, limit int64) string {
	if f.Shape == asl.Number {
		return strconv.FormatInt(limit, 10) + ".0"
	}
	return strconv.FormatInt(limit, 10)
}

// checkElements: an array is not empty and its elements are of one type.
func (c *checker) checkElements(s slot, want value.Kind) {
	if len(s.node.Elements) == 0 && s.field.Name != "Retry" && s.field.Name != "Catch" {
		c.fault(s.place, schema("Add at least one entry.", "Value cannot be empty"))
	}
	for i, e := range s.node.Elements {
		if e.Kind() != want {
			c.wrongType(place{e.Span, index(s.path, i)}, s.field.Name, want, e)
		}
	}
}

// checkAllowed: the ARN is one of the few that the field takes. Any partition
// will do.
func (c *checker) checkAllowed(s slot) {
	if len(s.field.Values) == 0 {
		return
	}
	for _, allowed := range s.field.Values {
		_, want, _ := strings.Cut(allowed, ">")
		if scheme, rest, _ := strings.Cut(s.node.Text(), ":"); scheme == "arn" {
			if _, service, found := strings.Cut(rest, ":"); found && ":"+service == want {
				return
			}
		}
	}
	c.fault(s.place, schema(didYouMean(s.node.Text(), inAWS(s.field.Values), writeOne),
		"The field '%s' does not match any of the allowed values. Examples: [%s]", s.field.Name, strings.Join(s.field.Values, ", ")))
}

func inAWS(arns []string) []string {
	named := make([]string, len(arns))
	for i, a := range arns {
		named[i] = strings.Replace(a, "<partition>", "aws", 1)
	}
	return named
}

// checkPointer: a JSON Pointer is empty or begins with a slash, and has ~ only
// as ~0 and ~1 (RFC 6901).
func (c *checker) checkPointer(s slot) {
	text := s.node.Text()
	if n := utf8.RuneCountInString(text); int64(n) >= s.field.Max {
		c.fault(s.place, schema("Shorten it.", "The field '%s' is %d characters long; it must be less than %s", s.field.Name, n, strconv.FormatInt(s.field.Max, 10)))
	}
	bare := strings.NewReplacer("~0", "", "~1", "").Replace(text)
	if text != "" && text[0] != '/' || strings.Contains(bare, "~") {
		c.fault(s.place, schema("Write it as /orders/items; ~1 stands for a slash in a name and ~0 for a tilde.", "The field '%s' must be a JSON Pointer", s.field.Name))
	}
}
