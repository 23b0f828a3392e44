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
	return e.look(t, x, sight{input: input, item: item})
}

// sight is what an expression sees beside the context object and variables.
type sight struct {
	// input is `$` in JSONPath, `$states.input` in other languages.
	input value.Value
	// result and errorOutput are those of `$states`.
	result, errorOutput value.Value
	// item is that of an ItemSelector.
	item *Item
}

// look evaluates an expression. A language that tells where the fault is has an
// event for it.
func (e *Execution) look(t *Thread, x expr.Expr, s sight) (value.Value, *Failure) {
	e.context = threadContext{execution: e, thread: t, item: s.item}
	e.env = expr.Env{
		Input: s.input, Result: s.result, ErrorOutput: s.errorOutput,
		Context: &e.context, Vars: t, Now: t.Entered, Random: &e.frame.Random,
	}
	v, err := x.Eval(&e.env)
	if err != nil {
		f := t.expressionFault(err, e.frame.Origin.Strict)
		if fault, ok := err.(*expr.Error); ok && fault.Location != "" {
			e.recordEvaluationFailed(t, fault.Location, *f)
		}
		return v, f
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

// expressionFault is the failure of an expression in the thread's state. A
// strict execution has AWS's words alone.
func (t *Thread) expressionFault(err error, strict bool) *Failure {
	fault, ok := err.(*expr.Error)
	if !ok {
		fault = &expr.Error{Name: ErrorRuntime, Cause: err.Error()}
	}
	cause := fault.Cause
	if fault.Hint != "" && !strict {
		cause += " " + fault.Hint + "."
	}
	return t.fault(fault.Name, cause)
}

// fault is a failure of the thread's state itself, with the words that AWS
// puts before its cause.
func (t *Thread) fault(name, cause string) *Failure {
	f := Fault(name, Place(t.State, t.EnteredEvent)+cause)
	return &f
}

// Place gives the words that AWS puts before the cause of a failure that a state
// itself has, with the id of the event of its entering.
func Place(state string, entered int64) string {
	return fmt.Sprintf("An error occurred while executing the state '%s' (entered at the event id #%d). ", state, entered)
}

// input gives the state's effective input: what InputPath makes of the raw one.
func (e *Execution) input(t *Thread) (value.Value, *Failure) {
	input, f := e.optional(t, t.state.Flow.InputPath, t.Input, t.Input)
	if f == nil {
		e.inspect(t, AfterInputPath, input)
	}
	return input, f
}

// parameters gives what the state's Parameters make of its effective input.
func (e *Execution) parameters(t *Thread, input value.Value) (value.Value, *Failure) {
	parameters, f := e.optional(t, t.state.Flow.Parameters, input, input)
	if f == nil {
		e.inspect(t, AfterParameters, parameters)
	}
	return parameters, f
}

// leave ends a state that has a result: ResultSelector, ResultPath, OutputPath
// and Assign (AWS, "Input and output processing").
func (e *Execution) leave(t *Thread, result value.Value) {
	flow := &t.state.Flow
	e.inspect(t, RawResult, result)
	selected, f := e.optional(t, flow.ResultSelector, result, result)
	if f != nil {
		e.fail(t, *f)
		return
	}
	e.inspect(t, AfterResultSelector, selected)
	output := selected
	if flow.ResultPath != nil {
		var err error
		if output, err = flow.ResultPath.Put(t.Input, selected); err != nil {
			e.fail(t, *t.expressionFault(err, e.frame.Origin.Strict))
			return
		}
	}
	e.inspect(t, AfterResultPath, output)
	sees := sight{input: result}
	if t.state.Language != program.JSONPath {
		sees = sight{input: t.Input, result: result}
	}
	e.pass(t, exit{output: output, given: flow.Output, assign: t.state.Assign, sees: sees, next: t.state.Next})
}

// given gives what Assign and Output make of what they see.
func (e *Execution) given(t *Thread, x exit, otherwise value.Value) (output, assigned value.Value, f *Failure) {
	output = otherwise
	if x.assign != nil {
		if assigned, f = e.look(t, x.assign, x.sees); f != nil {
			return output, assigned, f
		}
	}
	if x.given != nil {
		output, f = e.look(t, x.given, x.sees)
	}
	return output, assigned, f
}

// exit is how a thread leaves a state: with an output still to go through
// OutputPath, unless another one is given by an expression (Output), with
// variables, and the way on.
type exit struct {
	output value.Value
	given  expr.Expr
	assign expr.Expr
	// sees is what given and assign see. Neither sees what the other does.
	sees sight
	next *program.State
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
	output, assigned, f := e.given(t, x, output)
	if f != nil {
		e.fail(t, *f)
		return
	}
	if f := e.oversized(t.State, returnedResult, output); f != nil {
		e.failThread(t, *f) // AWS lets nobody catch it
		return
	}
	for i, v := range assigned.Elements() {
		t.Variables = t.Variables.With(assigned.NameAt(i), v)
	}
	e.recordExited(t, output, assigned)
	if !x.caught {
		e.stateEnded(t, Succeeded, "")
	}
	if x.next == nil {
		e.end(t, output)
		return
	}
	e.moveTo(t, x.next, output)
}
