package activities

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// invokeFields are the Parameters of lambda:invoke that Step Functions passes on.
var invokeFields = []string{"ClientContext", "FunctionName", "InvocationType", "LogType", "Payload", "Qualifier"}

// latest is the version that a function without a qualifier runs.
const latest = "$LATEST"

// newInvocation reads the Parameters of lambda:invoke.
func newInvocation(from express.Place, call machine.Call) (invocation, *machine.Failure) {
	refuse := func(format string, args ...any) (invocation, *machine.Failure) {
		fault := machine.Fault(machine.ErrorRuntime, fmt.Sprintf(format, args...)+" (resource "+call.Resource.ARN+").")
		return invocation{}, &fault
	}
	if call.Input.Kind() != value.Object {
		return refuse("The Parameters must be an object with FunctionName")
	}
	texts := map[string]string{}
	for i, v := range call.Input.Elements() {
		name := call.Input.NameAt(i)
		switch {
		case !slices.Contains(invokeFields, name):
			return refuse("The field '%s' is not supported", name)
		case name == "Payload":
		case v.Kind() != value.String:
			return refuse("The field '%s' must be a string", name)
		default:
			texts[name] = v.Text()
		}
	}
	if texts["FunctionName"] == "" {
		return refuse("The field 'FunctionName' must be a string that is not empty")
	}
	return invocation{
		from:          from,
		call:          call,
		function:      newFunction(texts["FunctionName"], texts["Qualifier"]),
		payload:       call.Input.Get("Payload"),
		kind:          texts["InvocationType"],
		clientContext: texts["ClientContext"],
		logType:       texts["LogType"],
	}, nil
}

// result is the answer as lambda:invoke shows it, in the order of AWS.
func (a answer) result() value.Value {
	var b value.ObjectBuilder
	if a.version != "" {
		b.Put("ExecutedVersion", value.OfString(a.version))
	}
	if a.logResult != "" {
		b.Put("LogResult", value.OfString(a.logResult))
	}
	b.Put("Payload", a.payload.Or(value.NullValue))
	a.reply.put(&b)
	b.Put("StatusCode", value.OfInt(int64(a.status)))
	return b.Value()
}

// requestID makes the id of a routed request: the same for the same Call.
func requestID(from express.Place) string {
	return wire.KeyOf(from.ExecutionArn, strconv.FormatInt(int64(from.Effect), 10))
}
