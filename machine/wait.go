package machine

import (
	"fmt"
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// longestWait is what a Wait state may wait (AWS, "Wait workflow state").
const longestWait = 99_999_999

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
	if until.Sub(e.now) > longestWait*time.Second {
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
	e.pass(t, exit{output: input, assign: t.state.Assign, seen: input, next: t.state.Next})
}

func (e *Execution) waitUntil(t *Thread, input value.Value) (time.Time, *Failure) {
	w := t.state.Wait
	if w.Seconds.IsSet() {
		seconds, f := e.waitSeconds(t, w.Seconds, input)
		return e.now.Add(time.Duration(seconds) * time.Second), f
	}
	v, f := e.evaluate(t, w.Timestamp.Expr, input)
	if f != nil {
		return time.Time{}, f
	}
	until, ok := v.Time()
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
