package machine

import (
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// addition is a parameter that AWS adds to requests of an integration, unless it
// stands there already.
type addition struct {
	integration string
	pattern     program.Pattern
	name        string
	value       value.Value
}

// additions are in AWS's recorded histories; it documents none of them.
var additions = []addition{
	{"ecs:runTask", program.Sync, "StartedBy", value.OfString("AWS Step Functions")},
}

// listings are parameters that must be objects of arrays of strings (AWS, "Call
// API Gateway with Step Functions").
var listings = []struct{ integration, name string }{
	{"apigateway:invoke", "Headers"},
	{"apigateway:invoke", "QueryParameters"},
}

// request gives what is sent to a service for a Task's parameters, or the
// failure of parameters that AWS does not even schedule.
func (t *Thread) request(r program.Resource, parameters value.Value) (value.Value, *Failure) {
	integration := r.Integration()
	for _, l := range listings {
		if field, ok := parameters.Member(l.name); ok && l.integration == integration && !isListing(field) {
			return parameters, t.fault(ErrorRuntime, fmt.Sprintf(
				"The Parameters '%s' could not be used to start the Task: [The value of the field '%s' has an invalid format]", parameters, l.name))
		}
	}
	for _, a := range additions {
		if a.integration == integration && a.pattern == r.Pattern && parameters.Kind() == value.Object && parameters.Get(a.name).IsAbsent() {
			parameters = parameters.With(a.name, a.value)
		}
	}
	return parameters, nil
}

// isListing reports whether v is an object of arrays of strings, or null.
func isListing(v value.Value) bool {
	if v.Kind() == value.Null {
		return true
	}
	for _, list := range v.Elements() {
		if list.Kind() != value.Array {
			return false
		}
		for _, element := range list.Elements() {
			if element.Kind() != value.String {
				return false
			}
		}
	}
	return v.Kind() == value.Object
}
