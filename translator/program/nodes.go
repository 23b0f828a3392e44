package program

import "github.com/seed-a99ddb6e/stepwell/translator/expr"

// Pass is what a Pass state does: Result, when set, is its result.
type Pass struct{ Result expr.Expr }

// Choice is what a Choice state does.
type Choice struct {
	Rules   []Rule
	Default *State // nil: no rule matching is an error
}

// Rule is one entry of Choices. Condition gives a boolean.
type Rule struct {
	Condition expr.Expr
	Next      *State
	Assign    expr.Expr
	Output    expr.Expr
}

// Wait is what a Wait state does. Exactly one of Seconds and Timestamp is set;
// their Field tells the spelling, such as SecondsPath.
type Wait struct {
	Seconds, Timestamp Number
}

// Fail is what a Fail state does. Nil fields stay absent in the failure.
type Fail struct {
	Error, Cause expr.Expr
	// ErrorField and CauseField are the spellings, such as ErrorPath.
	ErrorField, CauseField string
}

// Parallel is what a Parallel state does.
type Parallel struct{ Branches []*Machine }
