package activities

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// lambdaErrors is how AWS Lambda's errors are spelled.
var lambdaErrors = optimized{prefix: "Lambda", service: "AWSLambda", generic: "AWSLambdaException"}

// The integrations of AWS Lambda.
const (
	// lambdaFunction is a Resource that is a function's own ARN: the state's
	// input is the payload, the function's result is the output.
	lambdaFunction = "lambda:function"
	// lambdaInvoke is arn:aws:states:::lambda:invoke (AWS, "Invoke Lambda
	// functions with Step Functions").
	lambdaInvoke = "lambda:invoke"
)

var errNoRegion = errors.New("no region is known; set AWS_REGION for the worker, name the function by its ARN, or route it")

// Lambda performs the Tasks of AWS Lambda, or of what routes put in its place.
type Lambda struct {
	client  *lambda.Client
	region  string
	routes  *Routes
	http    *http.Client
	foreign *Foreign
}

// NewLambda gives the service. Endpoint, credentials and connections are those
// of the configuration, whose client should keep as many idle connections as
// Calls run at once. One attempt is made only: Retry is the definition's.
func NewLambda(config aws.Config, routes *Routes, foreign *Foreign) *Lambda {
	client := lambda.NewFromConfig(config, func(o *lambda.Options) { o.Retryer = aws.NopRetryer{} })
	return &Lambda{client: client, region: config.Region, routes: routes, http: newHTTPClient(), foreign: foreign}
}

// Integrations names both integrations.
func (l *Lambda) Integrations() []string { return []string{lambdaFunction, lambdaInvoke} }

// Target names the function, or what a route puts in its place: a URL's host or
// an activity type.
func (l *Lambda) Target(call machine.Call) string {
	name, qualifier := call.Resource.ARN, ""
	if call.Resource.Integration() != lambdaFunction {
		name, qualifier = call.Input.Get("FunctionName").Text(), call.Input.Get("Qualifier").Text()
	}
	if name == "" {
		return ""
	}
	f := newFunction(name, qualifier)
	switch r := l.routes.find(f); {
	case r == nil:
		return f.text
	case r.http != nil:
		return r.http.host()
	default:
		return r.activity.name()
	}
}

// invocation is what a Call asks of Lambda.
type invocation struct {
	from     express.Place
	call     machine.Call
	function function
	// payload is absent when none is sent.
	payload value.Value
	// kind is the InvocationType, "" for RequestResponse.
	kind          string
	clientContext string
	logType       string
}

// answer is what Lambda answered.
type answer struct {
	payload   value.Value
	version   string
	logResult string
	reply
}

// Call invokes the function.
func (l *Lambda) Call(ctx context.Context, from express.Place, call machine.Call) machine.Outcome {
	if call.Resource.Integration() == lambdaFunction {
		i := invocation{from: from, call: call, function: newFunction(call.Resource.ARN, ""), payload: call.Input}
		a, fault := l.invoke(ctx, i)
		if fault != nil {
			return failed(*fault)
		}
		return succeeded(a.payload)
	}
	i, fault := newInvocation(from, call)
	if fault != nil {
		return failed(*fault)
	}
	a, fault := l.invoke(ctx, i)
	if fault != nil {
		return failed(*fault)
	}
	return succeeded(a.result())
}

func (l *Lambda) invoke(ctx context.Context, i invocation) (answer, *machine.Failure) {
	if r := l.routes.find(i.function); r != nil {
		return l.routed(ctx, i, r)
	}
	if !i.call.Credentials.IsAbsent() {
		fault := machine.Fault(machine.ErrorRuntime, "The field Credentials is not supported by this worker: it calls AWS Lambda with its own credentials.")
		return answer{}, &fault
	}
	region := cmp.Or(i.function.region, l.region)
	if region == "" {
		fault := lambdaErrors.unreachable(errNoRegion)
		return answer{}, &fault
	}
	out, err := l.client.Invoke(ctx, i.request(), func(o *lambda.Options) { o.Region = region })
	if err != nil {
		fault := lambdaErrors.failure(err)
		return answer{}, &fault
	}
	return newAnswer(out)
}

// request is the invocation as the API takes it.
func (i invocation) request() *lambda.InvokeInput {
	input := &lambda.InvokeInput{
		FunctionName:   &i.function.text,
		InvocationType: types.InvocationType(i.kind),
		LogType:        types.LogType(i.logType),
	}
	if i.function.qualifier != "" {
		input.Qualifier = &i.function.qualifier
	}
	switch {
	case i.clientContext != "":
		input.ClientContext = &i.clientContext
	case i.kind == "" || i.kind == string(types.InvocationTypeRequestResponse): // others have none
		input.ClientContext = aws.String(keyContext(idempotencyKey(i.from, i.call)))
	}
	if !i.payload.IsAbsent() {
		input.Payload = i.payload.Append(nil)
	}
	return input
}

// routed performs the invocation by the route's target. InvocationType DryRun
// calls nothing; Event waits for the target like RequestResponse and drops its
// result.
func (l *Lambda) routed(ctx context.Context, i invocation, r *route) (answer, *machine.Failure) {
	a := answer{version: latest, reply: reply{requestID(i.from), http.StatusOK, http.Header{"Content-Type": {"application/json"}}}}
	if i.function.qualifier != "" {
		a.version = i.function.qualifier
	}
	if i.kind == string(types.InvocationTypeDryRun) {
		a.status, a.payload = http.StatusNoContent, value.OfString("")
		return a, nil
	}
	var outcome machine.Outcome
	if r.http != nil {
		outcome = r.http.invoke(ctx, l.http, posted{i.payload.Or(value.EmptyObject), idempotencyKey(i.from, i.call)})
	} else {
		outcome = l.foreign.invoke(ctx, i, r.activity)
	}
	a.payload = outcome.Output
	if i.kind == string(types.InvocationTypeEvent) {
		a.status, a.payload = http.StatusAccepted, value.OfString("")
	}
	return a, outcome.Failure
}

// newAnswer reads the API's answer; an error of the function is a failure.
func newAnswer(out *lambda.InvokeOutput) (answer, *machine.Failure) {
	payload, err := parsePayload(out.Payload)
	if out.FunctionError != nil {
		fault := functionFailure(payload, out.Payload)
		return answer{}, &fault
	}
	if err != nil {
		fault := machine.Fault("Lambda.Unknown", "The function's result is not JSON: "+err.Error()+". Returned payload: "+cutText(string(out.Payload), 1024))
		return answer{}, &fault
	}
	a := answer{payload: payload, version: aws.ToString(out.ExecutedVersion), logResult: aws.ToString(out.LogResult), reply: reply{status: int(out.StatusCode)}}
	if len(out.Payload) == 0 && a.status != http.StatusOK {
		a.payload = value.OfString("") // Event and DryRun
	}
	a.requestID, _ = awsmiddleware.GetRequestIDMetadata(out.ResultMetadata)
	if raw, ok := awsmiddleware.GetRawResponse(out.ResultMetadata).(*smithyhttp.Response); ok {
		a.headers = raw.Header
	}
	return a, nil
}

// parsePayload reads a payload; an empty one is null.
func parsePayload(text []byte) (value.Value, error) {
	if len(text) == 0 {
		return value.NullValue, nil
	}
	return value.Parse(text)
}

// functionFailure is the failure of a function that ended with an error: its
// errorType is the error, the whole payload the cause.
func functionFailure(payload value.Value, text []byte) machine.Failure {
	if errorType := payload.Get("errorType"); errorType.Kind() == value.String && errorType.Text() != "" {
		return machine.Fault(errorType.Text(), string(text))
	}
	return machine.Fault("Lambda.Unknown",
		"The cause could not be determined because Lambda did not return an error type. Returned payload: "+string(text))
}
