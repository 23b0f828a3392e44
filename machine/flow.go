package machine

import (
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// evaluate gives the value of an expression as the thread sees it, with `$`
// standing for input. The failure's cause names the state, as AWS's do.
func (e *Execution) evaluate(t *Thread, x expr.Expr, input value.Value) (value.Value, *Failure) {
	return e.evaluateItem(t, nil, x, input)
}

// evaluateItem is evaluate with `$$.Map.Item` standing for an item.
func (e *Execution) evaluateItem(t *Thread, item *Item, x expr.Expr, input value.Value) (value.Value, *Failure) {
	e.context = threadContext{execution: e, thread: t, item: item}
	e.env = expr.Env{Input: input, Context: &e.context, Vars: t, Now: t.Entered, Random: &e.frame.Random}
	v, err := x.Eval(&e.env)
	if err != nil {
		return v, t.expressionFault(err)
	}
	return v, nil
}

// optional is evaluate, or otherwise when there is no expression.
func (e *Execution) optional(t *Thread, x expr.Expr, input, otherwise value.Value) (value.Value, *Failure) {
	if x == nil {
		return otherwise, nil
	}
	return e.evaluate(t, x, input)
}

// expressionFault is the failure of an expression in the thread's state.
func (t *Thread) expressionFault(err error) *Failure {
	fault, ok := err.(*expr.Error)
	if !ok {
		fault = &expr.Error{Name: ErrorRuntime, Cause: err.Error()}
	}
	return t.fault(fault.Name, fault.Cause)
}

// fault is a failure of the thread's state itself, with the words that AWS
// puts before its cause.
func (t *Thread) fault(name, cause string) *Failure {
	f := Fault(name, fmt.Sprintf("An error occurred while executing the state '%s' (entered at the event id #%d). %s", t.State, t.EnteredEvent, cause))
	return &f
}

// input gives the state's effective input: what InputPath makes of the raw one.
func (e *Execution) input(t *Thread) (value.Value, *Failure) {
	return e.optional(t, t.state.Flow.InputPath, t.Input, t.Input)
}

// leave ends a state that has a result: ResultSelector, ResultPath, OutputPath
// and Assign (AWS, "Input and output processing").
func (e *Execution) leave(t *Thread, result value.Value) {
	flow := &t.state.Flow
	selected, f := e.optional(t, flow.ResultSelector, result, result)
	if f != nil {
		e.fail(t, *f)
		return
	}
	output := selected
	if flow.ResultPath != nil {
		var err error
		if output, err = flow.ResultPath.Put(t.Input, selected); err != nil {
			e.fail(t, *t.expressionFault(err))
			return
		}
	}
	e.pass(t, exit{output: output, assign: t.state.Assign, seen: result, next: t.state.Next})
}

// exit is how a thread leaves a state: with an output still to go through
// OutputPath, variables computed from what `$` stands for, and the way on.
type exit struct {
	output value.Value
	assign expr.Expr
	seen   value.Value
	next   *program.State
	// caught skips OutputPath, which a Catch does not pass through.
	caught bool
}

// pass leaves the state and goes on to the next, or ends the machine.
func (e *Execution) pass(t *Thread, x exit) {
	output := x.output
	var f *Failure
	if !x.caught {
		if output, f = e.optional(t, t.state.Flow.OutputPath, output, output); f != nil {
			e.fail(t, *f)
			return
		}
	}
	assigned, f := e.optional(t, x.assign, x.seen, value.Value{})
	if f != nil {
		e.fail(t, *f)
		return
	}
	for i, v := range assigned.Elements() {
		t.Variables = t.Variables.With(assigned.NameAt(i), v)
	}
	e.recordExited(t, output, assigned)
	if x.next == nil {
		e.end(t, output)
		return
	}
	e.moveTo(t, x.next, output)
}
