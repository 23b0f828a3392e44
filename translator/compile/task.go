package compile

import (
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/query"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

func (s *state) task() *program.Task {
	r, ok := asl.ParseResource(s.object.text("Resource"))
	if !ok {
		s.unchecked(s.object, "Resource", "is not the ARN of a task")
	}
	return &program.Task{
		Resource: program.Resource{ARN: r.ARN, Pattern: program.Pattern(r.Pattern), Service: r.Service, Action: r.Action},
		// Only an expression that is written down can ask for the attempt.
		VariesByAttempt: asksForAttempt(s.from.Field("Parameters")) || asksForAttempt(s.from.Field("Arguments")),
		Credentials:     s.language.template(s.compiler, s.object, "Credentials"),
		Timeout:         s.number("TimeoutSeconds"),
		Heartbeat:       s.number("HeartbeatSeconds"),
	}
}

// number reads a field of the state that holds a number.
func (s *state) number(field string) program.Number {
	return s.language.number(s.compiler, s.object, field)
}

// asksForAttempt reports whether a template can give other values for another
// attempt of the same Task: whether it looks at the whole context object, its
// State or its Task.
func asksForAttempt(template *asl.Node) bool {
	if template == nil {
		return false
	}
	for _, m := range template.Members {
		if asksForAttempt(m.Node) {
			return true
		}
	}
	for _, e := range template.Elements {
		if asksForAttempt(e) {
			return true
		}
	}
	return attemptInText(template.Text())
}

func attemptInText(text string) bool {
	for {
		_, after, ok := strings.Cut(text, "$$")
		if !ok {
			return query.IsExpression(text) && strings.Contains(text, "states") && strings.Contains(text, "context")
		}
		if !strings.HasPrefix(after, ".Execution") && !strings.HasPrefix(after, ".StateMachine") && !strings.HasPrefix(after, ".Map") {
			return true
		}
		text = after
	}
}
