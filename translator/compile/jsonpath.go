package compile

import (
	"fmt"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/comparison"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/intrinsic"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonpath"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/template"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// pathLanguage is JSONPath: fields whose names end in Path hold paths, and
// members of templates whose names end in .$ hold paths and intrinsic functions.
type pathLanguage struct{}

func (pathLanguage) name() program.Language { return program.JSONPath }

func (pathLanguage) arguments() string { return "Parameters" }

func (l pathLanguage) flow(c *compiler, o object) program.Flow {
	return program.Flow{
		InputPath:      l.filter(c, o, "InputPath"),
		Parameters:     l.template(c, o, "Parameters"),
		ResultSelector: l.template(c, o, "ResultSelector"),
		ResultPath:     l.place(c, o),
		OutputPath:     l.filter(c, o, "OutputPath"),
	}
}

// filter reads InputPath and OutputPath: null gives an empty object, `$` does
// nothing.
func (l pathLanguage) filter(c *compiler, o object, field string) expr.Expr {
	if o.get(field).Kind() == value.Null {
		return expr.Literal{Value: value.EmptyObject}
	}
	path := l.path(c, o, field, notPath)
	if path == nil || path.IsWhole() && path.Root() == jsonpath.Document {
		return nil
	}
	return jsonpath.Field(field, path)
}

// path reads a field that holds a path; nil when it is not there or no path.
func (pathLanguage) path(c *compiler, o object, field, summary string) *jsonpath.Path {
	if !o.has(field) {
		return nil
	}
	path, err := jsonpath.Parse(o.text(field))
	if err != nil {
		c.syntax(o, field, summary, err)
		return nil
	}
	return path
}

// reference reads a field that holds a reference path.
func (l pathLanguage) reference(c *compiler, o object, field string) expr.Expr {
	path := l.path(c, o, field, fmt.Sprintf("The field '%s' must be a JSONPath reference path", field))
	if path == nil {
		return nil
	}
	if !path.IsReference() {
		c.syntax(o, field, notReference, &expr.SyntaxError{Reason: "it can lead to more than one place"})
		return nil
	}
	return jsonpath.Field(field, path)
}

func (pathLanguage) template(c *compiler, o object, field string) expr.Expr {
	if !o.has(field) {
		return nil
	}
	t, faults := template.Compile(o.get(field))
	c.faulty(o, field, faults)
	return t
}

func (l pathLanguage) number(c *compiler, o object, field string) program.Number {
	if o.has(field) {
		return program.Number{Field: field, Expr: expr.Literal{Value: o.get(field)}}
	}
	field += "Path"
	if e := l.reference(c, o, field); e != nil {
		return program.Number{Field: field, Expr: e}
	}
	return program.Number{}
}

func (l pathLanguage) text(c *compiler, o object, field string) (expr.Expr, string) {
	if o.has(field) {
		return expr.Literal{Value: o.get(field)}, field
	}
	field += "Path"
	if !strings.HasPrefix(o.text(field), intrinsic.Prefix) {
		if e := l.reference(c, o, field); e != nil {
			return e, field
		}
		return nil, ""
	}
	call, err := intrinsic.Parse(o.text(field))
	if err != nil {
		c.syntax(o, field, fmt.Sprintf("The field '%s' must be a JSONPath reference path or an intrinsic function", field), err)
		return nil, ""
	}
	return call, field
}

func (l pathLanguage) items(c *compiler, o object) expr.Expr { return l.reference(c, o, "ItemsPath") }

func (pathLanguage) condition(c *compiler, rule object) expr.Expr {
	condition, faults := comparison.Compile(testOf(rule.node.Value))
	c.faulty(rule, "", faults)
	return condition
}

// testOf gives a rule without what only happens when it matches.
func testOf(rule value.Value) value.Value {
	if rule.Kind() != value.Object {
		return rule
	}
	test := value.NewObject(rule.Len())
	for i, member := range rule.Elements() {
		switch name := rule.NameAt(i); name {
		case "Next", "Assign", "Comment":
		default:
			test.Put(name, member)
		}
	}
	return test.Value()
}

func (pathLanguage) place(c *compiler, o object) expr.Target {
	const field = "ResultPath"
	switch {
	case !o.has(field):
		return nil
	case o.get(field).Kind() == value.Null:
		return jsonpath.Discard{}
	}
	target, err := jsonpath.Target(o.text(field))
	if err != nil {
		c.syntax(o, field, notReference, err)
	}
	return target
}

func (pathLanguage) output(*compiler, object) expr.Expr { return nil }
