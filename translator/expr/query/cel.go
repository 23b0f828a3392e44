package query

import (
	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/cel"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// CEL is the Common Expression Language, which AWS does not have: an expression
// looks at states and at workflow variables, all without a dollar.
type CEL struct{}

// Name gives CEL.
func (CEL) Name() string { return "CEL" }

// Reserved gives states.
func (CEL) Reserved() string { return reserved }

// Compile compiles an expression.
func (CEL) Compile(text string) (Query, error) {
	e, err := cel.Compile(text)
	if err != nil {
		fault := err.(*cel.Error)
		return nil, &expr.SyntaxError{Offset: fault.Offset, Reason: fault.Message}
	}
	q := &celQuery{expression: e}
	for _, use := range e.Uses() {
		q.uses = append(q.uses, Use(use))
	}
	q.states = membersOf(q.uses)
	return q, nil
}

type celQuery struct {
	expression *cel.Expression
	uses       []Use
	states     members
}

func (q *celQuery) Uses() []Use { return q.uses }

// Kind gives the kind that CEL's types tell before there are data.
func (q *celQuery) Kind() value.Kind { return q.expression.Kind() }

func (q *celQuery) Evaluate(env *expr.Env) (value.Value, error) {
	sees := cel.Env{Variables: &scope{env: env, members: q.states}, Now: env.Now}
	if env.Random != nil {
		sees.Random = env.Random
	}
	v, err := q.expression.Evaluate(sees)
	if err != nil {
		return v, celFault(err.(*cel.Error))
	}
	return v, nil
}

func celFault(e *cel.Error) *Fault {
	switch e.Code {
	case cel.CodeCost:
		return &Fault{Reason: "threw an error during evaluation. Expression evaluation timeout: its cost exceeds the limit"}
	case cel.CodeSize:
		return &Fault{Reason: "threw an error during evaluation. Expression evaluation memory limit exceeded"}
	case cel.CodeResult:
		return &Fault{Reason: Unsupported.Reason + " " + e.Message}
	}
	return &Fault{Reason: "threw an error during evaluation. " + e.Message}
}
