package query

import (
	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonata"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// JSONata is the query language JSONata in AWS's dialect, without an input: an
// expression looks at $states and at workflow variables.
type JSONata struct{}

// Name gives JSONata.
func (JSONata) Name() string { return "JSONata" }

// Reserved gives $states.
func (JSONata) Reserved() string { return "$" + reserved }

// limits bound an evaluation. AWS gives it a second and some memory; what can
// be counted stands for both here, so that it ends alike on every machine, and
// well before Temporal takes a workflow that does not yield for stuck.
var limits = jsonata.Limits{Steps: 1_000_000, Depth: 1_000, Size: 20_000_000}

// Compile compiles an expression.
func (JSONata) Compile(text string) (Query, error) {
	e, err := jsonata.Compile(text, jsonata.Options{AWS: true, Limits: limits})
	if err != nil {
		fault := err.(*jsonata.Error)
		at := min(max(fault.Offset-len(fault.Token), 0), len(text)) // from where the word begins
		return nil, &expr.SyntaxError{Offset: at, Reason: fault.Code + ": " + fault.Message}
	}
	q := &jsonataQuery{expression: e}
	for _, use := range e.Uses() {
		q.uses = append(q.uses, Use{Variable: use.Variable, Member: use.Member, Offset: max(use.Offset-len(use.Variable), 0)})
	}
	q.states = membersOf(q.uses)
	return q, nil
}

type jsonataQuery struct {
	expression *jsonata.Expression
	uses       []Use
	states     members
}

func (q *jsonataQuery) Uses() []Use { return q.uses }

func (q *jsonataQuery) Evaluate(env *expr.Env) (value.Value, error) {
	sees := scope{env: env, members: q.states}
	v, err := q.expression.Evaluate(jsonata.Env{Variables: &sees, Now: env.Now, Random: env.Random})
	if err != nil {
		return v, jsonataFault(err.(*jsonata.Error))
	}
	return v, nil
}

// Explain tells which part of a path was missing. It draws no random numbers
// from the execution's.
func (q *jsonataQuery) Explain(env *expr.Env) string {
	sees := scope{env: env, members: q.states}
	return q.expression.Explain(jsonata.Env{Variables: &sees, Now: env.Now})
}

func jsonataFault(e *jsonata.Error) *Fault {
	switch e.Code {
	case jsonata.CodeFunction:
		return Unsupported
	case jsonata.CodeSize:
		return &Fault{Reason: "threw an error during evaluation. Expression evaluation memory limit exceeded"}
	}
	return Threw(e.Code, e.Message)
}

// scope gives an expression $states and the workflow variables.
type scope struct {
	env     *expr.Env
	members members
}

func (s *scope) Variable(name string) (value.Value, bool) {
	if name == reserved {
		return s.members.of(s.env), true
	}
	return s.env.Variable(name)
}

// reserved is the variable that shows an expression its state.
const reserved = "states"

// members are those of $states that an expression can look at: making the
// others would be for nothing, and the context object is dear.
type members struct{ input, result, errorOutput, context bool }

func membersOf(uses []Use) (m members) {
	for _, use := range uses {
		if use.Variable != reserved {
			continue
		}
		switch use.Member {
		case "input":
			m.input = true
		case "result":
			m.result = true
		case "errorOutput":
			m.errorOutput = true
		case "context":
			m.context = true
		default:
			return members{true, true, true, true}
		}
	}
	return m
}

func (m members) of(env *expr.Env) value.Value {
	object := value.NewObject(4)
	if m.input {
		object.Put("input", env.Input)
	}
	if m.context {
		object.Put("context", env.ContextObject())
	}
	if m.result {
		object.Put("result", env.Result)
	}
	if m.errorOutput {
		object.Put("errorOutput", env.ErrorOutput)
	}
	return object.Value()
}
