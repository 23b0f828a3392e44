package compile

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Unchecked is the code of faults that package check finds in words for
// people. They stand here so that no bad tree becomes a program; a caller that
// has errors of check need not show them.
const Unchecked = "UNCHECKED_DEFINITION"

func (c *compiler) unchecked(o object, field, what string) {
	span := source.Span{}
	if n := o.node.Get(field); n != nil {
		span = n.Span
	} else if o.node != nil {
		span = source.Span{Start: o.node.Span.Start, End: o.node.Span.Start}
	}
	c.faults = append(c.faults, source.Diagnostic{
		Code: Unchecked, Severity: source.Error, Summary: fmt.Sprintf("The field '%s' %s", field, what), Span: span, Path: o.path + "/" + field,
	})
}

// AWS's words for texts that are no paths, see package check.
const (
	notPath      = "Value must be a valid JSONPath."
	notReference = "Value is not a Reference Path"
)

// syntax reports a text that is no expression. Where the summary does not name
// the field, AWS gives the field as its place, else the object that has it.
func (c *compiler) syntax(o object, field, summary string, err error) {
	node := o.node.Get(field)
	reason, span := err.Error(), node.Span
	var fault *expr.SyntaxError
	if errors.As(err, &fault) {
		reason = fault.Reason
		span = c.inside(node, fault.Offset)
	}
	at := o.path
	if summary == notPath || summary == notReference {
		at += "/" + field
	}
	c.report(at, summary, reason, span)
}

// faulty reports what is wrong inside of the value of a field, such as a
// template, or inside of the object itself when field is empty.
func (c *compiler) faulty(o object, field string, faults []expr.Fault) {
	for _, f := range faults {
		at, name := o, ""
		steps := f.Pointer
		if field != "" {
			steps = append([]string{field}, steps...)
		}
		for _, step := range steps {
			if name != "" {
				at = at.step(name)
			}
			name = step
		}
		node := at.node
		if n := at.step(name).node; name != "" && n != nil {
			node = n
		}
		summary, hint := upper(f.Reason), ""
		if strings.HasSuffix(name, ".$") {
			summary = fmt.Sprintf("The value for the field '%s' must be a valid JSONPath or a valid intrinsic function call", name)
			hint = strings.TrimPrefix(f.Reason, summary+": ")
		}
		c.report(at.path, summary, hint, c.inside(node, f.Offset))
		if node.Kind() != value.String { // no expression, so check tells it
			c.faults[len(c.faults)-1].Code = Unchecked
		}
	}
}

// step gives the member or element that a step of a fault's pointer leads to.
func (o object) step(step string) object {
	if o.node.Kind() != value.Array {
		return o.field(step)
	}
	next := object{path: o.path + "[" + step + "]", state: o.state}
	if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(o.node.Elements) {
		next.node = o.node.Elements[i]
	}
	return next
}

// inside gives the place of the byte offset of a string; 0 is the whole node.
func (c *compiler) inside(n *asl.Node, offset int) source.Span {
	if n.Kind() != value.String {
		return head(n)
	}
	if offset <= 0 {
		return n.Span
	}
	return c.def.Within(n, offset, offset+1)
}

func (c *compiler) report(path, summary, reason string, span source.Span) {
	c.faults = append(c.faults, source.Diagnostic{
		Code: asl.InvalidSchema, Severity: source.Error, Summary: summary, Hint: sentence(reason), Span: span, Path: path,
	})
}

// head is the first character of an object or array, which may be long.
func head(n *asl.Node) source.Span {
	return source.Span{Start: n.Span.Start, End: min(n.Span.Start+1, n.Span.End)}
}

func upper(reason string) string {
	if reason == "" {
		return ""
	}
	return strings.ToUpper(reason[:1]) + reason[1:]
}

func sentence(reason string) string {
	if reason == "" {
		return ""
	}
	return upper(reason) + "."
}
