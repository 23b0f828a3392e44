package suite

import (
	"errors"
	"fmt"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonata"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// stepsPerMillisecond turns a case's limit of time into one of steps.
const stepsPerMillisecond = 5_000

// Skip gives the reason that a case says why it does not apply, or "".
func (c Case) Skip() string {
	if reason, ok := c.Fields.Member("skip"); ok && reason.Kind() == value.String {
		return reason.Text()
	}
	return ""
}

// Run evaluates the case and gives what differs, "" for nothing.
func (c Case) Run() string {
	got, err := c.evaluate()
	if err != nil {
		return c.compareError(err)
	}
	for _, name := range []string{"code", "error"} {
		if want, ok := c.Fields.Member(name); ok {
			return fmt.Sprintf("expected the error %s, got %s", want, show(got))
		}
	}
	if c.Fields.Get("undefinedResult").IsTrue() {
		if got.IsAbsent() {
			return ""
		}
		return "expected undefined, got " + show(got)
	}
	want, ok := c.Fields.Member("result")
	if !ok {
		return "the case says nothing about its result"
	}
	same := value.Equal(got, want)
	if !same && c.Fields.Get("unordered").IsTrue() {
		same = sameElements(got, want)
	}
	if same {
		return ""
	}
	return fmt.Sprintf("expected %s, got %s", show(want), show(got))
}

func (c Case) evaluate() (value.Value, error) {
	var limits jsonata.Limits
	if depth, ok := c.Fields.Get("depth").Int(); ok {
		limits.Depth = int(depth)
	}
	if ms, ok := c.Fields.Get("timelimit").Int(); ok {
		limits.Steps = int(ms) * stepsPerMillisecond
	}
	e, err := jsonata.Compile(c.Text, jsonata.Options{Limits: limits})
	if err != nil {
		return value.Value{}, err
	}
	return e.Evaluate(jsonata.Env{Input: c.Input, Variables: bindings{c.Fields.Get("bindings")}, Now: time.Now()})
}

type bindings struct{ object value.Value }

func (b bindings) Variable(name string) (value.Value, bool) { return b.object.Member(name) }

// compareError compares what the case says of an error: its code, and its
// token and message when they stand there.
func (c Case) compareError(err error) string {
	fault := (*jsonata.Error)(nil)
	if !errors.As(err, &fault) {
		return fmt.Sprintf("got an error of an unknown kind: %v", err)
	}
	want := c.Fields
	if e, ok := c.Fields.Member("error"); ok {
		want = e
	}
	if code := want.Get("code").Text(); code != fault.Code {
		return fmt.Sprintf("expected %s, got the error %v", c.expectation(), fault)
	}
	if token, ok := want.Member("token"); ok && token.Text() != fault.Token {
		return fmt.Sprintf("expected the token %s, got %q", token, fault.Token)
	}
	if message, ok := want.Member("message"); ok && message.Text() != fault.Message {
		return fmt.Sprintf("expected the message %s, got %q", message, fault.Message)
	}
	return ""
}

func (c Case) expectation() string {
	for _, name := range []string{"code", "error", "result"} {
		if v, ok := c.Fields.Member(name); ok {
			return name + " " + show(v)
		}
	}
	return "undefined"
}

func sameElements(got, want value.Value) bool {
	if got.Kind() != value.Array || want.Kind() != value.Array || got.Len() != want.Len() {
		return false
	}
	left := append([]value.Value(nil), got.Elements()...)
	for _, w := range want.Elements() {
		found := -1
		for k, g := range left {
			if value.Equal(g, w) {
				found = k
				break
			}
		}
		if found < 0 {
			return false
		}
		left = append(left[:found], left[found+1:]...)
	}
	return true
}

// show is the JSON text of a value, cut short.
func show(v value.Value) string {
	if v.IsAbsent() {
		return "undefined"
	}
	const most = 400
	if s := v.String(); len(s) > most {
		return s[:most] + "..."
	}
	return v.String()
}
