package machine

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

const (
	// longestWait is what a Wait state may wait by its Seconds (AWS, "Wait
	// workflow state").
	longestWait = 99_999_999
	// furthestWait is how many seconds away its Timestamp may be: that is not in
	// AWS's documentation, but its recordings stop there.
	furthestWait = math.MaxInt32
)

// wait waits until its time has come.
func (e *Execution) wait(t *Thread) {
	input, f := e.input(t)
	if f != nil {
		e.fail(t, *f)
		return
	}
	until, f := e.waitUntil(t, input)
	if f != nil {
		e.fail(t, *f)
		return
	}
	if until.Sub(e.now) > furthestWait*time.Second {
		e.fail(t, *t.fault(ErrorRuntime, "Wait state delay is too long."))
		return
	}
	if !until.After(e.now) {
		e.waited(t)
		return
	}
	e.await(t, Effect{Wait: &Wait{Until: until, Reason: WaitForState}})
}

// waited leaves a Wait state whose time has come.
func (e *Execution) waited(t *Thread) {
	input, f := e.input(t)
	if f != nil {
		e.fail(t, *f)
		return
	}
	e.pass(t, exit{output: input, given: t.state.Flow.Output, assign: t.state.Assign, sees: sight{input: input}, next: t.state.Next})
}

func (e *Execution) waitUntil(t *Thread, input value.Value) (time.Time, *Failure) {
	w := t.state.Wait
	if w.Seconds.IsSet() {
		seconds, f := e.waitSeconds(t, w.Seconds, input)
		return t.Entered.Add(time.Duration(seconds) * time.Second), f // also after a redrive
	}
	v, f := e.evaluate(t, w.Timestamp.Expr, input)
	if f != nil {
		return time.Time{}, f
	}
	until, ok := v.Time()
	if !ok && t.queries() {
		return time.Time{}, e.queryFault(t, w.Timestamp.Field,
			"The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: "+plain(v))
	}
	if !ok {
		return time.Time{}, t.fault(ErrorRuntime, fmt.Sprintf(
			"The %s parameter does not reference a valid ISO-8601 extended offset date-time format string: %s == %s",
			w.Timestamp.Field, w.Timestamp.Expr, plain(v)))
	}
	return until.Truncate(time.Second), nil
}

func (e *Execution) waitSeconds(t *Thread, n program.Number, input value.Value) (int64, *Failure) {
	v, f := e.evaluate(t, n.Expr, input)
	if f != nil {
		if strings.HasSuffix(n.Field, "Path") {
			f = t.fault(ErrorRuntime, fmt.Sprintf("The %s parameter does not reference an input value: %s", n.Field, n.Expr))
		}
		return 0, f
	}
	seconds, ok := v.Int()
	switch {
	case !ok && t.queries():
		return 0, e.unexpected(t, n, "integer", v)
	case seconds < 0 && t.queries():
		return 0, e.outOfRange(t, n.Field, "a non-negative integer", v)
	case !ok:
		return 0, t.fault(ErrorRuntime, fmt.Sprintf("The %s parameter cannot be parsed as a long value: %s == %s", n.Field, n.Expr, plain(v)))
	case seconds < 0:
		return 0, t.fault(ErrorRuntime, fmt.Sprintf("The %s parameter references a negative value: %s == %d", n.Field, n.Expr, seconds))
	case seconds > longestWait:
		return 0, t.fault(ErrorRuntime, "Wait state delay is too long.")
	}
	return seconds, nil
}

// plain gives a value as AWS puts it into causes: strings without quotes.
func plain(v value.Value) string {
	if v.Kind() == value.String {
		return v.Text()
	}
	return v.String()
}
