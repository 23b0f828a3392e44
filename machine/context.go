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
	if given := e.frame.Context; !given.IsAbsent() {
		return given
	}
	object := value.NewObject(5)
	object.Put("Execution", e.executionObject())
	object.Put("StateMachine", value.OfObject(
		value.Member{Name: "Id", Value: value.OfString(e.frame.Origin.StateMachineID)},
		value.Member{Name: "Name", Value: value.OfString(e.frame.Origin.StateMachineName)},
	))
	object.Put("State", t.stateObject())
	if t.Token != "" && t.state.Task != nil && t.state.Task.Resource.Pattern == program.Callback {
		object.Put("Task", value.OfObject(value.Member{Name: "Token", Value: value.OfString(t.Token)}))
	}
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

// executionObject has its members in AWS's order, another one for Express.
func (e *Execution) executionObject() value.Value {
	origin := &e.frame.Origin
	id := value.Member{Name: "Id", Value: value.OfString(origin.ID)}
	input := value.Member{Name: "Input", Value: e.frame.Input}
	start := value.Member{Name: "StartTime", Value: Timestamp(origin.StartTime)}
	name := value.Member{Name: "Name", Value: value.OfString(origin.Name)}
	role := value.Member{Name: "RoleArn", Value: value.NullValue}
	if origin.RoleArn != "" {
		role.Value = value.OfString(origin.RoleArn)
	}
	if origin.Express {
		return value.OfObject(id, input, name, role, start)
	}
	count := value.Member{Name: "RedriveCount", Value: value.OfInt(int64(e.frame.Redrives))}
	if e.frame.Redrives == 0 {
		return value.OfObject(id, input, start, name, role, count)
	}
	return value.OfObject(id, input, start, name, role, count, value.Member{Name: "RedriveTime", Value: Timestamp(e.frame.Redriven)})
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
