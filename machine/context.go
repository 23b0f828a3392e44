package machine

import (
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// threadContext makes the context object `$$` of a thread when an expression
// asks for it (AWS, "Accessing execution data from the Context object").
type threadContext struct {
	execution *Execution
	thread    *Thread
	// item overrides the thread's own item: ItemSelector runs in the parent.
	item *Item
}

// ContextObject gives the context object.
func (c *threadContext) ContextObject() value.Value {
	e, t := c.execution, c.thread
	object := value.NewObject(4)
	object.Put("Execution", e.executionObject())
	object.Put("StateMachine", value.OfObject(
		value.Member{Name: "Id", Value: value.OfString(e.frame.Origin.StateMachineID)},
		value.Member{Name: "Name", Value: value.OfString(e.frame.Origin.StateMachineName)},
	))
	object.Put("State", t.stateObject())
	item := c.item
	for at := t; item == nil && at != nil; at = at.parent {
		item = at.Item
	}
	if item != nil {
		object.Put("Map", value.OfObject(value.Member{Name: "Item", Value: value.OfObject(
			value.Member{Name: "Index", Value: value.OfInt(int64(item.Index))},
			value.Member{Name: "Value", Value: item.Value},
		)}))
	}
	return object.Value()
}

func (e *Execution) executionObject() value.Value {
	origin := &e.frame.Origin
	object := value.NewObject(6)
	object.Put("Id", value.OfString(origin.ID))
	object.Put("Input", e.frame.Input)
	object.Put("StartTime", Timestamp(origin.StartTime))
	object.Put("Name", value.OfString(origin.Name))
	object.Put("RoleArn", value.OfString(origin.RoleArn))
	if !origin.Express {
		object.Put("RedriveCount", value.OfInt(0))
	}
	return object.Value()
}

func (t *Thread) stateObject() value.Value {
	object := value.NewObject(3)
	object.Put("Name", value.OfString(t.State))
	object.Put("EnteredTime", Timestamp(t.Entered))
	if retries(t.state) {
		object.Put("RetryCount", value.OfInt(Retrying{Spent: t.Spent}.Count()))
	}
	return object.Value()
}

// retries reports whether a state of this type can have Retry.
func retries(s *program.State) bool {
	return s.Type == program.TaskState || s.Type == program.ParallelState || s.Type == program.MapState
}

// Timestamp gives a time as the States Language writes it: UTC, with 0, 3, 6
// or 9 digits of fraction, as many as it takes.
func Timestamp(t time.Time) value.Value {
	text := t.UTC().Format("2006-01-02T15:04:05.000000000")
	for strings.HasSuffix(text, "000") && strings.Contains(text, ".") {
		text = strings.TrimSuffix(strings.TrimSuffix(text, "000"), ".")
	}
	return value.OfString(text + "Z")
}
