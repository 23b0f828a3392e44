package recorded

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// overdue is how long a task takes that AWS saw time out: longer than any bound.
const overdue = 200_000_000 * time.Second

// answers gives the recorded results to the attempts of one run, in the order
// in which AWS scheduled them. Attempts that run at the same time are told apart
// by what they send. It is safe for concurrent use.
type answers struct {
	c  *Case
	mu sync.Mutex
	// left are, by state, the attempts that have not been made.
	left map[string][]Attempt
	// awaited are the attempts whose request has been answered, by token.
	awaited map[string]Attempt
	// nameless are results inside a Parallel that lost their ids.
	nameless []Attempt
}

func newAnswers(c *Case) *answers {
	a := &answers{c: c, left: map[string][]Attempt{}, awaited: map[string]Attempt{}}
	for state, attempts := range c.Mocks {
		a.left[state] = slices.Clone(attempts)
	}
	nameless := c.nameless()
	for i := range nameless {
		if c.assigned != nil {
			i = c.assigned[i]
		}
		a.nameless = append(a.nameless, nameless[i])
	}
	return a
}

// take gives the attempt that the Call stands for.
func (a *answers) take(state string, call machine.Call) (Attempt, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	left := a.left[state]
	if len(left) == 0 {
		if call.Resource.Pattern == program.Activity && len(a.c.Mocks[state]) == 0 {
			return noActivity(call.Resource.ARN), nil
		}
		if len(a.nameless) > 0 {
			attempt := a.nameless[0]
			a.nameless = a.nameless[1:]
			return attempt, nil
		}
		return Attempt{}, fmt.Errorf("AWS made no further attempt of the state %q; its input would be %s", state, call.Input)
	}
	i := max(0, slices.IndexFunc(left, func(at Attempt) bool {
		return a.c.matcher().match(at.Parameters.Or(at.Input), value.OfString(call.Input.String()), nil)
	}))
	attempt := left[i]
	a.left[state] = slices.Delete(slices.Clone(left), i, i+1)
	return attempt, nil
}

// noActivity answers for an activity of which AWS scheduled no task: the test has
// deleted it before.
func noActivity(arn string) Attempt {
	return Attempt{Result: &AttemptResult{
		Type:  "ActivityScheduleFailed",
		Error: value.OfString(machine.ErrorRuntime),
		Cause: value.OfString("The activity " + arn + " does not exist."),
	}}
}

// unused gives the states with attempts that AWS made and the run did not.
func (a *answers) unused() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var states []string
	for state, left := range a.left {
		if len(left) > 0 {
			states = append(states, state)
		}
	}
	slices.Sort(states)
	return states
}

// call answers a request: with the result of the attempt, or with what AWS saw
// submitted when the task waits for more; [answers.await] then has the result.
func (a *answers) call(state string, call machine.Call) (machine.Outcome, time.Duration) {
	if a.c.Mockable == "hidden" {
		if played, ok := a.c.play(call); ok {
			return played, 0
		}
	}
	attempt, err := a.take(state, call)
	if err != nil {
		f := machine.Fault("Recorded.NoAttempt", err.Error())
		return machine.Outcome{Failure: &f}, 0
	}
	refused := attempt.Result != nil && slices.ContainsFunc(stages, func(s stage) bool { return strings.HasSuffix(attempt.Result.Type, s.ending) })
	if call.Token == "" || refused {
		return attempt.outcome(call.TimeoutSeconds > 0 || call.HeartbeatSeconds > 0)
	}
	a.mu.Lock()
	a.awaited[call.Token] = attempt
	a.mu.Unlock()
	if attempt.Submitted == nil {
		return machine.Outcome{Output: value.NullValue}, 0
	}
	return machine.Outcome{Output: parsed(attempt.Submitted.Output)}, 0
}

// await answers what a task waits for after its request.
func (a *answers) await(await machine.Await) (machine.Outcome, time.Duration) {
	a.mu.Lock()
	attempt := a.awaited[await.Token]
	a.mu.Unlock()
	return attempt.outcome(!await.Until.IsZero() || await.HeartbeatSeconds > 0)
}

// outcome gives how the attempt ended, and how long it takes: no time, unless it
// is bounded and timed out.
func (at *Attempt) outcome(bounded bool) (machine.Outcome, time.Duration) {
	if at.Result == nil {
		f := machine.Fault("Recorded.NoResult", "the recording has no result of this attempt")
		return machine.Outcome{Failure: &f}, 0
	}
	kind := at.Result.Type
	if strings.HasSuffix(kind, "Succeeded") {
		return machine.Outcome{Output: parsed(at.Result.Output)}, 0
	}
	f := &machine.Failure{Error: at.Result.Error, Cause: text(at.Result.Cause)}
	for _, stage := range stages {
		if strings.HasSuffix(kind, stage.ending) {
			f.Stage = stage.name
		}
	}
	if bounded && strings.HasSuffix(kind, "TimedOut") {
		return machine.Outcome{Failure: f}, overdue
	}
	return machine.Outcome{Failure: f}, 0
}

// stages are where a task may fail besides its execution, by the endings of the
// events that tell so.
var stages = []stage{
	{"ScheduleFailed", "schedule"}, {"StartFailed", "start"}, {"SubmitFailed", "submit"},
}

type stage struct{ ending, name string }

// parsed gives the value of a JSON text that the recording stored: objects
// stand parsed, anything else as text.
func parsed(stored value.Value) value.Value {
	if stored.Kind() == value.String {
		if v, err := value.ParseString(stored.Text()); err == nil {
			return v
		}
	}
	return stored
}

// text gives the text that the recording stored.
func text(stored value.Value) value.Value {
	if stored.Kind() == value.Object {
		return value.OfString(stored.String())
	}
	return stored
}

// nameless gives the results of the events that lost their ids, in the order in
// which they stand there, when the mocks lack them. Which task had which is lost
// too.
func (c *Case) nameless() (attempts []Attempt) {
	if c.Mockable != "partial" {
		return nil
	}
	for _, event := range c.Expected.Events {
		kind := event.Get("type").Text()
		if event.Get("id").Kind() != value.Array {
			continue
		}
		for _, ending := range []string{"Succeeded", "Failed", "TimedOut"} {
			prefix, found := strings.CutSuffix(kind, ending)
			if !found || prefix != "Task" && prefix != "LambdaFunction" && prefix != "Activity" {
				continue
			}
			details := event.Get(strings.ToLower(prefix[:1]) + kind[1:] + "EventDetails")
			attempts = append(attempts, Attempt{Result: &AttemptResult{
				Type: kind, Output: details.Get("output"), Error: details.Get("error"), Cause: details.Get("cause"),
			}})
		}
	}
	return attempts
}
