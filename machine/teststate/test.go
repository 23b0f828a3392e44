package teststate

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// longest is how long a test may take (AWS, "Testing state machines with
// TestState API"). No time passes here; a Wait state that would be longer times
// out all the same.
const longest = 5 * time.Minute

// Test tests the state of the request. The error is a [Fault] when the request
// is one that AWS refuses.
func Test(r Request) (Response, error) {
	texts, err := r.read()
	if err != nil {
		return Response{}, err
	}
	state, err := r.state()
	if err != nil {
		return Response{}, err
	}
	mock, err := r.mocked(state)
	if err != nil {
		return Response{}, err
	}
	if texts.context, err = r.contextObject(state); err != nil {
		return Response{}, err
	}
	t := &test{
		request: r,
		given:   texts,
		mock:    mock,
		inline:  state.Map != nil && state.Map.Distributed == nil,
		watch:   watch{state: isolate(state), told: map[machine.Stage]value.Value{}},
	}
	return t.run()
}

// test is one test in progress.
type test struct {
	request Request
	given
	mock *outcome
	// inline tells that the state is an inline Map, which runs as a Map Run here.
	inline    bool
	watch     watch
	execution *machine.Execution
}

func (t *test) run() (Response, error) {
	alone := &program.Machine{StartAt: t.watch.state, States: []*program.State{t.watch.state}}
	frame, err := json.Marshal(t.frame())
	if err != nil {
		return Response{}, err
	}
	t.execution, err = machine.Load(program.New(program.Spec{Type: program.Standard, Root: alone}), frame, &t.watch)
	if err != nil {
		return Response{}, err
	}
	effects := t.execution.Step(t.request.Time)
	for len(effects) > 0 && t.execution.Status() == machine.Running {
		effect := effects[0]
		effects = effects[1:]
		if effect.Wait != nil && effect.Wait.Reason == machine.WaitForRetry {
			return t.retried(effect.Wait.Until.Sub(t.request.Time)), nil
		}
		if effect.Wait != nil && effect.Wait.Until.Sub(t.request.Time) > longest {
			return t.failed(machine.TimeoutFailure), nil
		}
		outcome, err := t.perform(effect)
		if err != nil {
			return Response{}, err
		}
		effects = append(effects, t.execution.Resume(effect.ID, outcome, t.request.Time)...)
	}
	return t.response(), nil
}

// frame gives the frame of an execution that stands before the state. Its names
// are those that AWS gives the execution of a test.
func (t *test) frame() machine.Frame {
	names := expr.Derive(t.request.Seed, 0)
	origin := machine.Origin{
		Name: names.UUID(), StateMachineName: names.UUID(), RoleArn: t.request.RoleArn,
		StartTime: t.request.Time, Seed: t.request.Seed, Express: true, Strict: true,
	}
	origin.StateMachineID = arn + "stateMachine:" + origin.StateMachineName
	origin.ID = arn + "express:" + origin.StateMachineName + ":" + origin.Name
	return machine.Frame{
		Edition: machine.Edition,
		Origin:  origin,
		Input:   t.input,
		Context: t.context,
		Status:  machine.Running,
		Random:  expr.Random{Seed: t.request.Seed},
		Root:    &machine.Thread{State: stateName, Input: t.input, Variables: t.variables, Spent: t.spent()},
		Ready:   [][]int{{}},
	}
}

// arn begins the ARNs of the test's execution, which is in no account.
const arn = "arn:aws:states:us-east-1:000000000000:"

// spent gives the retries that the request says have been made already: of the
// retrier that takes the mocked failure, or of the first.
func (t *test) spent() []int64 {
	retriers, count := t.watch.state.Retry, t.request.StateConfiguration.RetrierRetryCount
	if len(retriers) == 0 || count == nil {
		return nil
	}
	expected := machine.Fault(machine.ErrorExceedTolerance, "")
	if t.mock != nil && t.mock.failure != nil {
		expected = *t.mock.failure
	}
	spent := make([]int64, len(retriers))
	for i := range retriers {
		if machine.Matches(retriers[i].ErrorEquals, expected) {
			spent[i] = *count
			return spent
		}
	}
	spent[0] = *count
	return spent
}

// perform gives the outcome of what the state asks for.
func (t *test) perform(effect machine.Effect) (machine.Outcome, error) {
	switch {
	case effect.Wait != nil:
		return machine.Fired, nil
	case effect.Distribute != nil:
		return t.mapRun(*effect.Distribute)
	case effect.Call != nil && t.watch.state.Parallel != nil:
		return t.branch(effect), nil
	case effect.Call != nil && effect.Call.Resource.Pattern != program.RequestResponse:
		return machine.Outcome{Output: value.EmptyObject}, nil // the request; the mock is what follows
	}
	return t.ended(), nil
}

// ended is the outcome that the mock says.
func (t *test) ended() machine.Outcome {
	return machine.Outcome{Output: t.mock.result, Failure: t.mock.failure}
}

// branch gives the outcome of the one Task that stands for a branch.
func (t *test) branch(effect machine.Effect) machine.Outcome {
	if t.mock.failure != nil {
		return t.ended()
	}
	for i, m := range t.watch.state.Parallel.Branches {
		if m.StartAt.Name == effect.State {
			return machine.Outcome{Output: t.mock.result.At(i)}
		}
	}
	return t.ended()
}

// response tells how the state was left.
func (t *test) response() Response {
	frame := t.execution.Frame()
	if frame.Status != machine.Succeeded {
		return t.failed(*frame.Failure)
	}
	r := t.told()
	r.Status, r.Output, r.NextState = Succeeded, frame.Output.String(), t.watch.next
	if index, caught := t.watch.told[machine.CatchIndex].Int(); caught {
		r.Status = CaughtError
		r.fail(t.watch.failure())
		i := int(index)
		r.detail(ErrorDetails{CatchIndex: &i})
	}
	return r
}

func (t *test) failed(f machine.Failure) Response {
	r := t.told()
	r.Status = Failed
	r.fail(f)
	return r
}

func (t *test) retried(delay time.Duration) Response {
	r := t.told()
	r.Status = Retriable
	r.fail(t.watch.failure())
	before, seconds := t.spent(), int64(delay/time.Second)
	for i, n := range t.execution.Frame().Root.Spent {
		if before == nil && n > 0 || before != nil && n > before[i] {
			r.detail(ErrorDetails{RetryIndex: &i, RetryBackoffIntervalSeconds: &seconds})
		}
	}
	return r
}

// told gives a response with what the request asks to be told of the data flow.
func (t *test) told() Response {
	if oneOf(t.request.InspectionLevel, "", Info) {
		return Response{}
	}
	return Response{InspectionData: t.watch.data(t.input, t.execution.Frame().Root.Variables)}
}

func (r *Response) detail(d ErrorDetails) {
	if r.InspectionData != nil {
		r.InspectionData.ErrorDetails = &d
	}
}

// fail tells the failure. A test has no history, so that its causes do not say
// where in it the state stands.
func (r *Response) fail(f machine.Failure) {
	if !f.Error.IsAbsent() {
		name := f.Error.Text()
		r.Error = &name
	}
	if !f.Cause.IsAbsent() {
		cause := strings.TrimPrefix(f.Cause.Text(), machine.Place(stateName, 1))
		r.Cause = &cause
	}
}
