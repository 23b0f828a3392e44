package compile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/query"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// queryLanguage is a language whose expressions stand whole in strings, JSONata
// or CEL: the same fields hold literals and expressions.
type queryLanguage struct{ query.Language }

func (l queryLanguage) name() program.Language { return program.Language(l.Name()) }

func (queryLanguage) arguments() string { return "Arguments" }

func (l queryLanguage) flow(c *compiler, o object) program.Flow {
	return program.Flow{
		Parameters: l.template(c, o, "Arguments"),
		Output:     l.template(c, o, "Output"),
	}
}

func (l queryLanguage) template(c *compiler, o object, field string) expr.Expr {
	return l.compiled(c, o, field, value.Absent)
}

func (l queryLanguage) number(c *compiler, o object, field string) program.Number {
	kind := value.Number
	if field == "Timestamp" {
		kind = value.String
	}
	if x := l.compiled(c, o, field, kind); x != nil {
		return program.Number{Field: field, Expr: x}
	}
	return program.Number{}
}

func (l queryLanguage) text(c *compiler, o object, field string) (expr.Expr, string) {
	return l.compiled(c, o, field, value.String), field
}

func (l queryLanguage) items(c *compiler, o object) expr.Expr {
	return l.compiled(c, o, "Items", value.Array)
}

func (l queryLanguage) condition(c *compiler, rule object) expr.Expr {
	return l.compiled(c, rule, "Condition", value.Bool)
}

func (queryLanguage) place(*compiler, object) expr.Target { return nil }

func (l queryLanguage) output(c *compiler, o object) expr.Expr { return l.template(c, o, "Output") }

// compiled reads a field and reports what is wrong with its expressions. One in
// place of the whole field gives the kind that the field takes, absent for any.
func (l queryLanguage) compiled(c *compiler, o object, field string, takes value.Kind) expr.Expr {
	if !o.has(field) {
		return nil
	}
	compile := query.Compile
	if takes == value.Bool {
		compile = query.Condition
	}
	compiled := compile(l.Language, o.get(field), o.location(field))
	for _, f := range compiled.Faults {
		l.invalid(c, o.at(field, f.Pointer), f)
	}
	for _, x := range compiled.Expressions {
		begins := strings.Index(x.Text, x.String())
		if gives := x.Kind(); len(x.Pointer) == 0 && takes != value.Absent && gives != value.Absent && gives != takes {
			l.invalid(c, o.field(field), expr.Fault{Offset: begins, Reason: fmt.Sprintf("it takes a value of type '%s', and the expression gives '%s'", takes, gives)})
		}
		for _, use := range x.Uses() {
			if reason := l.misplaced(o, field, use); reason != "" {
				l.invalid(c, o.at(field, x.Pointer), expr.Fault{Offset: begins + use.Offset, Reason: reason})
			}
		}
	}
	return compiled.Expr
}

// invalid reports an expression of which no program can be made.
func (l queryLanguage) invalid(c *compiler, at object, f expr.Fault) {
	c.report(at.path, fmt.Sprintf("The field '%s' holds an invalid %s expression", lastStep(at.path), l.Name()), f.Reason, c.inside(at.node, f.Offset))
}

// lastStep gives the name of the field that a path leads to.
func lastStep(path string) string {
	name, _, _ := strings.Cut(path[strings.LastIndexByte(path, '/')+1:], "[")
	return name
}

// reserved is the variable that shows an expression its state.
const reserved = "states"

// misplaced gives why an expression cannot look at a variable there; "" when it
// can (AWS, "Reserved variable: $states").
func (l queryLanguage) misplaced(o object, field string, use query.Use) string {
	if use.Variable != reserved || use.Member == "" {
		return ""
	}
	leaving := field == "Output" || field == "Assign"
	catching := strings.HasPrefix(o.location(field), "Catch[")
	switch use.Member {
	case "input", "context":
		return ""
	case "result":
		if leaving && !catching && o.state != nil && slices.Contains([]string{"Task", "Parallel", "Map"}, o.state.Type) {
			return ""
		}
		return "there is " + l.Reserved() + ".result only in Output and Assign of a Task, Parallel or Map"
	case "errorOutput":
		if leaving && catching {
			return ""
		}
		return "there is " + l.Reserved() + ".errorOutput only in Output and Assign of a Catch"
	}
	return fmt.Sprintf("there is no %s.%s, but input, result, errorOutput and context", l.Reserved(), use.Member)
}
