package teststate

import (
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// contextFields are the fields that a context object may have, with the kind of
// each; Absent means any (AWS, "Accessing execution data from the Context
// object").
var contextFields = map[string]map[string]value.Kind{
	"Execution": {
		"Id": value.String, "Input": value.Absent, "Name": value.String, "RoleArn": value.String,
		"StartTime": value.String, "RedriveCount": value.Number, "RedriveTime": value.String,
	},
	"State":        {"EnteredTime": value.String, "Name": value.String, "RetryCount": value.Number},
	"StateMachine": {"Id": value.String, "Name": value.String},
	"Task":         {"Token": value.String},
}

var kindNames = map[value.Kind]string{value.String: "string", value.Number: "number"}

// contextObject reads the context object of the request; absent for none.
func (r *Request) contextObject(s *program.State) (value.Value, error) {
	if r.Context == "" {
		return value.Value{}, nil
	}
	wrong := func(format string, args ...any) (value.Value, error) {
		return value.Value{}, refuse("context", "Invalid Context object provided: "+format, args...)
	}
	object, err := value.ParseString(r.Context)
	if err != nil || object.Kind() != value.Object {
		return wrong("must be a valid JSON object")
	}
	for i, part := range object.Elements() {
		name := object.NameAt(i)
		fields, known := contextFields[name]
		switch {
		case name == "Map":
			return wrong("'Map' field is not supported when mocking a Context object")
		case !known:
			return wrong("Field '%s' is not allowed", name)
		case name == "Task" && !takesToken(s):
			return wrong("Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern")
		case part.Kind() != value.Object:
			return wrong("%s must be an object", name)
		}
		for j, v := range part.Elements() {
			kind, known := fields[part.NameAt(j)]
			switch {
			case !known:
				return wrong("Field '%s' is not allowed", part.NameAt(j))
			case kind != value.Absent && v.Kind() != kind:
				return wrong("%s.%s must be a %s", name, part.NameAt(j), kindNames[kind])
			}
		}
	}
	return object, nil
}

func takesToken(s *program.State) bool {
	return s.Task != nil && oneOf(s.Task.Resource.Pattern, program.Sync, program.Callback)
}
