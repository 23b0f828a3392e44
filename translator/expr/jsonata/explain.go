package jsonata

import (
	"fmt"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Explain says why the expression is undefined in env: which part of a path
// was missing and what was there instead. It is "" when the expression has a
// value or fails.
func (e *Expression) Explain(env Env) string {
	ev := evaluation{expression: e, env: &env, input: ofValue(env.Input), limits: &e.limits, names: &e.names}
	in := asInput(ev.input)
	if v, err := e.root.eval(&ev, in, &ev.top); err != nil || !v.collapsed().isUndefined() {
		return ""
	}
	ev = evaluation{expression: e, env: &env, input: ev.input, limits: &e.limits, names: &e.names}
	x := explanation{ev: &ev}
	return x.of(e.tree, in, &ev.top)
}

// explanation follows an undefined value to where it comes from.
type explanation struct{ ev *evaluation }

// value evaluates a part of the tree; a part that fails counts as undefined.
func (x explanation) value(n *syntax, in item, fr *frame) item {
	x.ev.depth = 0 // a part that failed did not leave
	made, err := x.ev.compileText(n)
	if err != nil {
		return item{}
	}
	v, err := made.eval(x.ev, in, fr)
	if err != nil {
		return item{}
	}
	return v.collapsed()
}

func (x explanation) of(n *syntax, in item, fr *frame) string {
	switch n.form {
	case formPath:
		return x.path(n, in, fr)
	case formVariable:
		return x.variable(n)
	case formBind:
		return x.of(n.right, in, fr)
	case formBlock:
		if len(n.list) == 0 {
			return "the parentheses are empty"
		}
		fr = &frame{parent: fr}
		for _, e := range n.list[:len(n.list)-1] {
			x.value(e, in, fr)
		}
		return x.of(n.last(), in, fr)
	case formCondition:
		if yes, _ := x.value(n.left, in, fr).truth(); yes {
			return x.of(n.right, in, fr)
		} else if n.third != nil {
			return x.of(n.third, in, fr)
		}
		return "the condition does not hold, and there is no other branch"
	case formCall:
		return x.parts(n.list, in, fr, "the function "+calleeText(n.left)+" gave nothing")
	case formApply:
		return x.parts([]*syntax{n.left}, in, fr, "the function after ~> gave nothing")
	case formBinary:
		return x.parts([]*syntax{n.left, n.right}, in, fr, "the operator "+n.text+" gave nothing")
	case formNegate:
		return x.of(n.left, in, fr)
	}
	return "it gave nothing"
}

// parts explains the first undefined one of several operands.
func (x explanation) parts(list []*syntax, in item, fr *frame, otherwise string) string {
	for _, n := range list {
		if n.form != formPlaceholder && x.value(n, in, fr).isUndefined() {
			return x.of(n, in, fr)
		}
	}
	return otherwise
}

func calleeText(n *syntax) string {
	if n.form == formVariable {
		return "$" + n.text
	}
	return "called"
}

func (x explanation) variable(n *syntax) string {
	if n.text == "" || n.text == "$" {
		return "there is no input"
	}
	return "the variable $" + n.text + " is not defined"
}

// path finds the first step after which nothing is left.
func (x explanation) path(n *syntax, in item, fr *frame) string {
	before := in
	if before.has(outerWrapper) {
		before = before.at(0)
	}
	for k, step := range n.list {
		part := *n
		part.list, part.group, part.tuple = n.list[:k+1:k+1], nil, false
		v := x.value(&part, in, fr)
		if !v.isUndefined() {
			before = v
			continue
		}
		where := pathText(n.list[:k])
		switch {
		case len(step.stages) > 0 && x.hasUnfiltered(part, k, in, fr):
			return fmt.Sprintf("nothing in %s matches the predicate", pathText(n.list[:k+1]))
		case step.form == formName:
			return fmt.Sprintf("%s has no %s: it is %s", where, quoted(step.text), describe(before))
		case step.form == formVariable && k == 0:
			return x.variable(step)
		}
		return fmt.Sprintf("step %d, after %s, gave nothing: %s is %s", k+1, where, where, describe(before))
	}
	return "it gave nothing"
}

// hasUnfiltered reports that the step without its predicates has a value.
func (x explanation) hasUnfiltered(part syntax, k int, in item, fr *frame) bool {
	bare := *part.list[k]
	bare.stages = nil
	part.list = append(part.list[:k:k], &bare)
	return !x.value(&part, in, fr).isUndefined()
}

func quoted(name string) string { return value.OfString(name).String() }

// pathText writes steps as they may have been written.
func pathText(steps []*syntax) string {
	if len(steps) == 0 {
		return "the input"
	}
	parts := make([]string, len(steps))
	for k, s := range steps {
		switch s.form {
		case formName:
			parts[k] = s.text
			if strings.ContainsAny(s.text, blanks+signs) || s.text == "" {
				parts[k] = "`" + s.text + "`"
			}
		case formVariable:
			parts[k] = "$" + s.text
		case formWildcard, formDescendant, formParent:
			parts[k] = map[form]string{formWildcard: "*", formDescendant: "**", formParent: "%"}[s.form]
		default:
			parts[k] = "(...)"
		}
	}
	return strings.Join(parts, ".")
}

// describe says in a few words what a value is.
func describe(v item) string {
	const most = 10
	switch v.kind() {
	case undefined:
		return "undefined"
	case null:
		return "null"
	case callable:
		return "a function"
	case object:
		if v.len() == 0 {
			return "an empty object"
		}
		return "an object with " + someNames(namesIn(nil, v), most)
	case array:
		if v.len() == 0 {
			return "an empty array"
		}
		if names := namesIn(nil, v); len(names) > 0 {
			return fmt.Sprintf("an array of %d with %s", v.len(), someNames(names, most))
		}
		return fmt.Sprintf("an array of %d", v.len())
	}
	s := v.shown().String()
	if len(s) > 40 {
		s = strings.ToValidUTF8(s[:40], "") + "..."
	}
	return map[kind]string{boolean: "the boolean ", number: "the number ", text: "the string "}[v.kind()] + s
}

func someNames(names []string, most int) string {
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}
