package activities

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"

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
	all, first := a.headerObjects()
	var metadata, b value.ObjectBuilder
	metadata.Put("AllHttpHeaders", all)
	metadata.Put("HttpHeaders", first)
	metadata.Put("HttpStatusCode", value.OfInt(int64(a.status)))
	if a.version != "" {
		b.Put("ExecutedVersion", value.OfString(a.version))
	}
	if a.logResult != "" {
		b.Put("LogResult", value.OfString(a.logResult))
	}
	b.Put("Payload", a.payload.Or(value.NullValue))
	b.Put("SdkHttpMetadata", metadata.Value())
	b.Put("SdkResponseMetadata", value.OfObject(value.Member{Name: "RequestId", Value: value.OfString(a.requestID)}))
	b.Put("StatusCode", value.OfInt(int64(a.status)))
	return b.Value()
}

// headerSpelling gives the headers of Lambda that AWS does not spell the way
// net/http does.
var headerSpelling = map[string]string{
	"X-Amzn-Requestid":               "x-amzn-RequestId",
	"X-Amzn-Remapped-Content-Length": "x-amzn-Remapped-Content-Length",
}

// headerObjects gives the headers with all their values, and with the first of
// each, by name. AWS shows a log result as LogResult only.
func (a answer) headerObjects() (all, first value.Value) {
	names := make([]string, 0, len(a.headers))
	for name := range a.headers {
		if name != http.CanonicalHeaderKey("X-Amz-Log-Result") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var allOf, firstOf value.ObjectBuilder
	for _, name := range names {
		shown := name
		if spelling, ok := headerSpelling[name]; ok {
			shown = spelling
		}
		var values []value.Value
		for _, text := range a.headers[name] {
			values = append(values, value.OfString(text))
		}
		allOf.Put(shown, value.OfArray(values))
		firstOf.Put(shown, value.OfString(a.headers.Get(name)))
	}
	return allOf.Value(), firstOf.Value()
}

// requestID makes the id of a routed request: the same for the same Call.
func requestID(from express.Place) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d", from.ExecutionArn, from.Effect))
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
