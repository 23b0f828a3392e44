package machine

import (
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// record counts an event and, when somebody listens, hands it out. The details
// are made only then.
func (e *Execution) record(previous int64, kind string, details func() (string, value.Value)) int64 {
	if e.silent {
		return previous
	}
	if e.full() && !strings.HasPrefix(kind, "Execution") || e.exceeded {
		e.exceeded = true
		return previous
	}
	e.frame.LastEvent++
	if e.sink != nil {
		event := Event{ID: e.frame.LastEvent, Previous: previous, Type: kind, Time: e.moment()}
		if details != nil {
			event.Member, event.Details = details()
		}
		e.sink.Record(event)
	}
	return e.frame.LastEvent
}

// moment gives the time of the event at hand.
func (e *Execution) moment() time.Time {
	if e.past.IsZero() {
		return e.now
	}
	return e.past
}

// happened gives the thread's events from now on the time at which they happened
// elsewhere; zero when it is not known. Clocks differ: it lies between the entering
// of the state, or the event before, and now.
func (e *Execution) happened(t *Thread, at time.Time) {
	if at.IsZero() {
		e.past = at
		return
	}
	if at.Before(t.Entered) {
		at = t.Entered
	}
	if at.Before(e.past) {
		at = e.past
	}
	if at.After(e.now) {
		at = e.now
	}
	e.past = at.UTC()
}

// follow records an event of the thread, which its next event follows.
func (e *Execution) follow(t *Thread, kind string, details func() (string, value.Value)) {
	t.LastEvent = e.record(t.LastEvent, kind, details)
}

var whole = value.OfObject(value.Member{Name: "truncated", Value: value.False})

// payload gives a value as events hold it: as JSON text, with its details.
func payload(object *value.ObjectBuilder, name string, v value.Value) {
	object.Put(name, value.OfString(v.String()))
	object.Put(name+"Details", whole)
}

func (e *Execution) recordStarted() {
	e.record(0, "ExecutionStarted", func() (string, value.Value) {
		object := value.NewObject(3)
		payload(&object, "input", e.frame.Input)
		object.Put("roleArn", value.OfString(e.frame.Origin.RoleArn))
		return "executionStartedEventDetails", object.Value()
	})
}

func (e *Execution) recordSucceeded(t *Thread, output value.Value) {
	e.record(t.LastEvent, "ExecutionSucceeded", func() (string, value.Value) {
		object := value.NewObject(2)
		payload(&object, "output", output)
		return "executionSucceededEventDetails", object.Value()
	})
}

// recordFailed follows whatever was last, unlike other events.
func (e *Execution) recordFailed(f Failure) {
	e.record(e.frame.LastEvent, "ExecutionFailed", failureDetails("executionFailedEventDetails", f))
}

func (e *Execution) recordRedriven() int64 {
	return e.record(e.frame.LastEvent, "ExecutionRedriven", func() (string, value.Value) {
		return "executionRedrivenEventDetails", value.OfObject(value.Member{Name: "redriveCount", Value: value.OfInt(int64(e.frame.Redrives))})
	})
}

func (e *Execution) recordAborted(f Failure) {
	e.record(0, "ExecutionAborted", failureDetails("executionAbortedEventDetails", f))
}

func (e *Execution) recordTimedOut() {
	e.record(0, "ExecutionTimedOut", failureDetails("executionTimedOutEventDetails", Failure{Error: timeoutName}))
}

func failureDetails(member string, f Failure) func() (string, value.Value) {
	return func() (string, value.Value) {
		object := value.NewObject(2)
		object.Put("error", f.Error)
		object.Put("cause", f.Cause)
		return member, object.Value()
	}
}

func (e *Execution) recordEntered(t *Thread) {
	e.follow(t, string(t.state.Type)+"StateEntered", func() (string, value.Value) {
		object := value.NewObject(3)
		object.Put("name", value.OfString(t.State))
		payload(&object, "input", t.Input)
		return "stateEnteredEventDetails", object.Value()
	})
	t.EnteredEvent = t.LastEvent
}

func (e *Execution) recordExited(t *Thread, output, assigned value.Value) {
	e.follow(t, string(t.state.Type)+"StateExited", func() (string, value.Value) {
		object := value.NewObject(5)
		object.Put("name", value.OfString(t.State))
		payload(&object, "output", output)
		if !assigned.IsAbsent() {
			texts := value.NewObject(assigned.Len())
			for i, v := range assigned.Elements() {
				texts.Put(assigned.NameAt(i), value.OfString(v.String()))
			}
			object.Put("assignedVariables", texts.Value())
			object.Put("assignedVariablesDetails", whole)
		}
		return "stateExitedEventDetails", object.Value()
	})
}

// recordEvaluationFailed tells of an expression that failed. Right after a
// state's entering it follows what that followed, except in a Wait.
func (e *Execution) recordEvaluationFailed(t *Thread, location string, f Failure) {
	if e.entering && t.LastEvent == t.EnteredEvent && t.state.Type != program.WaitState {
		t.LastEvent = e.before
	}
	e.follow(t, "EvaluationFailed", func() (string, value.Value) {
		object := value.NewObject(4)
		object.Put("error", f.Error)
		object.Put("cause", f.Cause)
		if location != "" {
			object.Put("location", value.OfString(location))
		}
		object.Put("state", value.OfString(t.State))
		return "evaluationFailedEventDetails", object.Value()
	})
}

func (e *Execution) recordStateAborted(t *Thread, after int64) {
	switch t.state.Type {
	case program.TaskState, program.WaitState, program.ParallelState, program.MapState:
		if t.EnteredEvent > 0 {
			e.record(after, string(t.state.Type)+"StateAborted", nil)
		}
	}
}

// taskEvents names the events of one kind of task.
type taskEvents struct {
	prefix, member string
	// service tells that the events name the resource and its type.
	service bool
}

func eventsOf(r program.Resource) taskEvents {
	switch {
	case r.Pattern == program.Activity:
		return taskEvents{prefix: "Activity", member: "activity"}
	case r.Service == "lambda" && r.Action == "function":
		return taskEvents{prefix: "LambdaFunction", member: "lambdaFunction"}
	}
	return taskEvents{prefix: "Task", member: "task", service: true}
}

func (n taskEvents) identify(object *value.ObjectBuilder, r program.Resource) {
	if n.service {
		object.Put("resourceType", value.OfString(r.Service))
		object.Put("resource", value.OfString(resourceAction(r)))
	}
}

// resourceAction gives the part of a service's ARN from the action on, such
// as startExecution.sync:2.
func resourceAction(r program.Resource) string {
	if i := strings.LastIndex(r.ARN, ":"+r.Action); i >= 0 {
		return r.ARN[i+1:]
	}
	return r.Action
}

func (e *Execution) recordTaskScheduled(t *Thread, call *Call) {
	n := eventsOf(call.Resource)
	e.follow(t, n.prefix+"Scheduled", func() (string, value.Value) {
		object := value.NewObject(8)
		if n.service {
			n.identify(&object, call.Resource)
			object.Put("region", value.OfString(region(e.frame.Origin.ID)))
			object.Put("parameters", value.OfString(call.Input.String()))
		} else {
			object.Put("resource", value.OfString(call.Resource.ARN))
			payload(&object, "input", call.Input)
		}
		if call.TimeoutSeconds > 0 {
			object.Put("timeoutInSeconds", value.OfInt(call.TimeoutSeconds))
		}
		if call.HeartbeatSeconds > 0 {
			object.Put("heartbeatInSeconds", value.OfInt(call.HeartbeatSeconds))
		}
		if role := call.Credentials.Get("RoleArn"); !role.IsAbsent() {
			object.Put("taskCredentials", value.OfObject(value.Member{Name: "roleArn", Value: role}))
		}
		return n.member + "ScheduledEventDetails", object.Value()
	})
	// An activity's task starts when a worker takes it.
	if call.Resource.Pattern != program.Activity {
		e.recordTaskStarted(t, n, call.Resource)
	}
}

func (e *Execution) recordTaskStarted(t *Thread, n taskEvents, r program.Resource) {
	e.follow(t, n.prefix+"Started", func() (string, value.Value) {
		if !n.service {
			return "", value.Value{}
		}
		object := value.NewObject(2)
		n.identify(&object, r)
		return n.member + "StartedEventDetails", object.Value()
	})
}

func (e *Execution) recordTaskSubmitted(t *Thread, r program.Resource, answer value.Value) {
	e.follow(t, "TaskSubmitted", func() (string, value.Value) {
		object := value.NewObject(4)
		eventsOf(r).identify(&object, r)
		payload(&object, "output", answer)
		return "taskSubmittedEventDetails", object.Value()
	})
}

// recordActivityStarted has the worker's name, when it gave one.
func (e *Execution) recordActivityStarted(t *Thread, worker string) {
	e.follow(t, "ActivityStarted", func() (string, value.Value) {
		object := value.NewObject(1)
		if worker != "" {
			object.Put("workerName", value.OfString(worker))
		}
		return "activityStartedEventDetails", object.Value()
	})
}

func (e *Execution) recordTaskSucceeded(t *Thread, r program.Resource, output value.Value) {
	n := eventsOf(r)
	e.follow(t, n.prefix+"Succeeded", func() (string, value.Value) {
		object := value.NewObject(4)
		n.identify(&object, r)
		payload(&object, "output", output)
		return n.member + "SucceededEventDetails", object.Value()
	})
}

func (e *Execution) recordTaskFailed(t *Thread, r program.Resource, f Failure) {
	n := eventsOf(r)
	ending := "Failed"
	switch {
	case f.Name() == ErrorTimeout || f.Name() == ErrorHeartbeatTimeout:
		ending = "TimedOut"
	case f.Stage != "":
		ending = strings.ToUpper(f.Stage[:1]) + f.Stage[1:] + "Failed"
	}
	e.follow(t, n.prefix+ending, func() (string, value.Value) {
		object := value.NewObject(4)
		n.identify(&object, r)
		object.Put("error", f.Error)
		object.Put("cause", f.Cause)
		return n.member + ending + "EventDetails", object.Value()
	})
}

// region gives the region of an ARN.
func region(arn string) string {
	parts := strings.SplitN(arn, ":", 5)
	if len(parts) < 5 {
		return ""
	}
	return parts[3]
}
