package main

import (
	"fmt"
	"io"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// shownEvent is an event with what AWS does not tell of it.
type shownEvent struct {
	machine.Event
	// state is the name of the state that it belongs to, "" for none.
	state string
	// provisional tells that its id is not final.
	provisional bool
}

// aws gives the event as AWS writes it (AWS API, HistoryEvent); times are ISO
// 8601, as with the AWS command line.
func (e *shownEvent) aws() value.ObjectBuilder {
	object := value.NewObject(7)
	object.Put("timestamp", value.OfString(e.Time.UTC().Format(timeForm)))
	object.Put("type", value.OfString(e.Type))
	object.Put("id", value.OfInt(e.ID))
	object.Put("previousEventId", value.OfInt(e.Previous))
	if e.Member != "" {
		object.Put(e.Member, e.Details)
	}
	return object
}

// more gives the event as AWS writes it, and more.
func (e *shownEvent) more() value.ObjectBuilder {
	object := e.aws()
	if e.state != "" {
		object.Put("state", value.OfString(e.state))
	}
	if e.provisional {
		object.Put("provisional", value.True)
	}
	return object
}

// withoutData leaves out of details what passes through an execution (AWS API,
// GetExecutionHistory: includeExecutionData).
func withoutData(details value.Value) value.Value {
	object := value.NewObject(details.Len())
	for i, v := range details.Elements() {
		switch name := details.NameAt(i); name {
		case "input", "inputDetails", "output", "outputDetails", "parameters", "assignedVariables", "assignedVariablesDetails":
		default:
			object.Put(name, v)
		}
	}
	return object.Value()
}

// eventWriter writes events one by one.
type eventWriter interface {
	write(shownEvent) error
	close() error
}

func newEventWriter(out io.Writer, s *subject, format string) eventWriter {
	switch format {
	case "aws":
		return &eventArray{out: out, head: "{", form: (*shownEvent).aws}
	case "json":
		return &eventArray{out: out, head: s.head(), form: (*shownEvent).more}
	case "jsonl":
		return &eventLines{out}
	default:
		return &eventTable{out: out}
	}
}

// head begins the JSON document of the execution's events.
func (s *subject) head() string {
	object := value.NewObject(8)
	object.Put("executionArn", value.OfString(s.origin.ID))
	object.Put("stateMachineArn", value.OfString(s.origin.StateMachineID))
	object.Put("name", value.OfString(s.origin.Name))
	if s.mapRun != "" {
		object.Put("mapRunArn", value.OfString(s.mapRun))
	}
	if s.item != "" {
		object.Put("itemIndex", value.OfInt(s.first))
	}
	object.Put("workflowId", value.OfString(s.workflow.ID))
	object.Put("runId", value.OfString(s.workflow.RunID))
	text := object.Value().String()
	return text[:len(text)-1] + ","
}

// eventArray writes a JSON document whose last member are the events, one a line.
type eventArray struct {
	out   io.Writer
	head  string
	form  func(*shownEvent) value.ObjectBuilder
	begun bool
}

func (w *eventArray) write(e shownEvent) error {
	before := ",\n"
	if !w.begun {
		w.begun, before = true, w.head+"\"events\":[\n"
	}
	object := w.form(&e)
	return put(w.out, before+object.Value().String())
}

func (w *eventArray) close() error {
	if !w.begun {
		return put(w.out, w.head+"\"events\":[]}\n")
	}
	return put(w.out, "\n]}\n")
}

// eventLines writes an event a line.
type eventLines struct{ out io.Writer }

func (w *eventLines) write(e shownEvent) error {
	object := e.more()
	return put(w.out, object.Value().String()+"\n")
}

func (w *eventLines) close() error { return nil }

// writeError is a failure to write an answer.
type writeError struct{ err error }

func (e *writeError) Error() string { return fmt.Sprintf("the answer cannot be written: %s", e.err) }
func (e *writeError) Unwrap() error { return e.err }

func put(out io.Writer, text string) error {
	if _, err := io.WriteString(out, text); err != nil {
		return &writeError{err}
	}
	return nil
}
