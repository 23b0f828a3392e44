package recorded

import (
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// recordingTime is when executions begin where the clock can be set: what the
// inputs of the cases reckon with.
var recordingTime = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// usesClock reports whether the input was reckoned from that time.
func (c *Case) usesClock() bool { return c.noted("CLOCK") }

// translate gives the case's program, of the type that it is to run as.
func (c *Case) translate(kind program.Type) (*program.Program, error) {
	definition := c.Definition.String()
	options := []translator.Option{translator.OfType(kind), translator.Named(c.Name())}
	p, diagnostics := translator.Translate(definition, options...)
	if p == nil {
		return nil, refusedError{translator.Report(definition, diagnostics, options...)}
	}
	return p, nil
}

// refusedError is a definition that AWS ran and Stepwell refuses.
type refusedError struct{ report string }

func (e refusedError) Error() string {
	return "the definition is refused: " + strings.Join(strings.Fields(e.report), " ")
}

// beginning gives what the case's execution starts from, as an execution of the
// type. The case's own names are those that its input and definition speak of.
func (c *Case) beginning(kind program.Type, start time.Time) machine.Beginning {
	const arn = "arn:aws:states:" + region + ":" + account + ":"
	b := machine.Beginning{
		Input: c.Input,
		Origin: machine.Origin{
			ID:               arn + "execution:" + c.MachineName + ":" + c.ExecutionName,
			Name:             c.ExecutionName,
			StateMachineID:   arn + "stateMachine:" + c.MachineName,
			StateMachineName: c.MachineName,
			RoleArn:          c.role(),
			StartTime:        start,
			Seed:             42,
			Strict:           true,
		},
	}
	if kind == program.Express {
		b.Origin.Express = true
		b.Origin.ID = arn + "express:" + c.MachineName + ":" + c.ExecutionName + ":" + c.expressID()
	}
	return b
}

// expressID gives the last part of the ARN of an Express execution.
func (c *Case) expressID() string {
	for _, n := range c.Normalizers {
		if n.Kind == "regex" && strings.Contains(n.Replacement, "ExecArn_Part2_") {
			return n.Regex
		}
	}
	return "8b7bb8c8-8f5c-4d5a-9e68-4f7be3d2a901"
}

// role gives the role of the state machine: the first event names it, or else a
// name of the case does.
func (c *Case) role() string {
	for _, events := range [][]value.Value{c.Expected.Events, c.Expected.Logged} {
		for _, event := range events {
			for _, details := range event.Elements() {
				if role := details.Get("roleArn"); role.Kind() == value.String {
					return c.concrete(role.Text())
				}
			}
		}
	}
	for _, n := range c.Normalizers {
		if n.Kind == "regex" && strings.Contains(n.Regex, ":role/") {
			return n.Regex
		}
	}
	return "arn:aws:iam::" + account + ":role/case"
}
