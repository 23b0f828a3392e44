package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// checkPaths: a field that holds a path begins as one, and a reference path
// names one place. Whether the rest is well formed is package compile's. AWS
// reports what is no path at all where a reference path must stand at the object
// that has the field, all else at the field.
func checkPaths(c *checker) {
	for _, s := range c.slots {
		if s.node.Kind() != value.String {
			continue
		}
		text := s.node.Text()
		switch s.field.Shape {
		case asl.Path, asl.NullablePath:
			if !strings.HasPrefix(text, "$") {
				c.fault(s.place, schema(pathHint(text), notPath))
			}
		case asl.ReferencePath:
			c.checkReference(s)
		case asl.ResultPath:
			if !isRooted(text) || !isReference(text) {
				c.fault(s.place, schema(resultHint(text), notReference))
			}
		case asl.PathOrIntrinsic:
			c.checkPathOrIntrinsic(s, place{s.node.Span, s.part.path})
		}
	}
}

// AWS's words.
const (
	notPath      = "Value must be a valid JSONPath."
	notReference = "Value is not a Reference Path"
)

func (c *checker) checkReference(s slot) {
	switch text := s.node.Text(); {
	case !strings.HasPrefix(text, "$"):
		c.fault(place{s.node.Span, s.part.path}, schema(pathHint(text), "The field '%s' must be a JSONPath reference path", s.field.Name))
	case !isReference(text):
		c.fault(s.place, schema(pathHint(text), notReference))
	case strings.HasPrefix(text, "$$") && s.field.NoContext:
		c.fault(s.place, schema("Take the number from the input or from a variable: this field does not see the context object.", notReference))
	}
}

func pathHint(text string) string {
	switch {
	case strings.HasPrefix(text, "States."):
		return "An intrinsic function can stand in Parameters, ResultSelector, ItemSelector and Assign only; compute the value there first."
	case !strings.HasPrefix(text, "$"):
		return "A path begins with $ (the input), $$. (the context object) or $ and the name of a variable, such as $.order.id."
	}
	return "Name one place: names and numbers in dots and brackets only, without *, .., slices and filters."
}

func resultHint(text string) string {
	if strings.HasPrefix(text, "$") && !isRooted(text) {
		return "A result goes into the input, such as $.result; use Assign to set a variable."
	}
	return pathHint(text)
}

// isRooted reports a path into the input itself, neither into the context
// object nor into a variable.
func isRooted(text string) bool {
	return text == "$" || strings.HasPrefix(text, "$.") || strings.HasPrefix(text, "$[")
}

// isReference reports that a path has, outside of quoted names, none of the
// marks by which it could name more than one place (States Language, "Reference
// Paths").
func isReference(text string) bool {
	var quote byte
	for i := 0; i < len(text); i++ {
		switch b := text[i]; {
		case quote != 0 && b == '\\':
			i++
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '\'' || b == '"':
			quote = b
		case strings.IndexByte("*?@:,(", b) >= 0, strings.HasPrefix(text[i:], ".."):
			return false
		}
	}
	return true
}

// stringFunctions are the intrinsic functions that give a string, which alone
// may stand in ErrorPath and CausePath (States Language, "Fail State").
var stringFunctions = []string{"ArrayGetItem", "Base64Decode", "Base64Encode", "Format", "Hash", "JsonToString", "UUID"}

func (c *checker) checkPathOrIntrinsic(s slot, here place) {
	text := s.node.Text()
	call, isCall := strings.CutPrefix(text, "States.")
	name, _, _ := strings.Cut(call, "(")
	switch {
	case isCall && s.field.Name != "RoleArn.$" && !slices.Contains(stringFunctions, name):
		c.fault(here, schema(fmt.Sprintf("Functions that give a string are %s.", strings.Join(stringFunctions, ", ")),
			"The intrinsic function in '%s' must give a string", s.field.Name))
	case !isCall && (!strings.HasPrefix(text, "$") || !isReference(text)):
		c.fault(here, schema(pathHint(text), "The field '%s' must be a JSONPath reference path or an intrinsic function", s.field.Name))
	}
}
