package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

const functionARN = "arn:aws:lambda:eu-west-1:123456789012:function:charge"

// cloud plays AWS Lambda: an answer for each function, and the last request.
type cloud struct {
	*httptest.Server
	request *http.Request
	body    string
}

func newCloud(t *testing.T) *cloud {
	c := &cloud{}
	c.Server = httptest.NewServer(http.HandlerFunc(c.serve))
	t.Cleanup(c.Close)
	return c
}

func (c *cloud) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	c.request, c.body = r, string(body)
	var name string
	_, _ = fmt.Sscanf(r.URL.Path, "/2015-03-31/functions/%s", &name)
	name = name[:len(name)-len("/invocations")]
	w.Header().Set("x-amzn-RequestId", "request-1")
	w.Header().Set("Content-Type", "application/json")
	refuse := func(status int, errorType, message string) {
		w.Header().Set("x-amzn-ErrorType", errorType)
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{"Message": message})
	}
	answer := func(text string) {
		w.Header().Set("X-Amz-Executed-Version", "$LATEST")
		if r.Header.Get("X-Amz-Log-Type") == "Tail" {
			w.Header().Set("X-Amz-Log-Result", "bG9n")
		}
		_, _ = io.WriteString(w, text)
	}
	switch newFunction(name, "").name {
	case "charge":
		answer(`{"b":1,"a":[true,"x"]}`)
	case "nothing":
		answer("null")
	case "text":
		answer("not json")
	case "raises":
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		answer(`{"errorMessage":"no money","errorType":"Broke","stackTrace":["a"]}`)
	case "vague":
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		answer(`{"errorMessage":"Task timed out after 3.00 seconds"}`)
	case "busy":
		refuse(429, "TooManyRequestsException", "Rate Exceeded.")
	case "denied":
		refuse(403, "AccessDeniedException", "User is not authorized")
	case "broken":
		refuse(500, "ServiceException", "Internal")
	case "slow":
		select {
		case <-r.Context().Done():
		case <-time.After(5 * time.Second):
		}
	case "later":
		w.WriteHeader(http.StatusAccepted)
	default:
		refuse(404, "ResourceNotFoundException:http://internal", "Function not found: "+functionARN[:len(functionARN)-6]+name+":$LATEST")
	}
}

func (c *cloud) config() aws.Config {
	return aws.Config{Region: "us-east-1", BaseEndpoint: &c.URL, Credentials: credentials.NewStaticCredentialsProvider("id", "secret", "")}
}

func (c *cloud) lambda(routes *Routes) *Services {
	return NewServices(NewLambda(c.config(), routes, &Foreign{}))
}

func invoking(parameters string) machine.Call {
	v, err := value.ParseString(parameters)
	if err != nil {
		panic(err)
	}
	return machine.Call{Resource: resource("lambda", "invoke"), Input: v}
}

func direct(arn, input string) machine.Call {
	call := invoking(input)
	call.Resource = program.Resource{ARN: arn, Service: "lambda", Action: "function"}
	return call
}

var from = express.Place{ExecutionArn: "arn:aws:states:us-east-1:123456789012:execution:m:e", State: "Charge", Effect: 1}

func TestLambdaFunction(t *testing.T) {
	c := newCloud(t)
	s := c.lambda(nil)
	o := s.Call(context.Background(), from, direct(functionARN+":prod", `{"n":1.50}`))
	require.Nil(t, o.Failure)
	assert.Equal(t, `{"b":1,"a":[true,"x"]}`, o.Output.String())
	assert.Equal(t, `{"n":1.50}`, c.body)
	assert.Equal(t, "/2015-03-31/functions/"+functionARN+"/invocations", c.request.URL.Path)
	assert.Equal(t, "prod", c.request.URL.Query().Get("Qualifier"))
	assert.Contains(t, c.request.Header.Get("Authorization"), "/eu-west-1/lambda/", "the region is the function's")

	o = s.Call(context.Background(), from, direct("arn:aws:lambda:us-east-1:123456789012:function:nothing", `{}`))
	assert.Equal(t, value.NullValue, o.Output)
}

func TestLambdaInvoke(t *testing.T) {
	c := newCloud(t)
	s := c.lambda(nil)
	o := s.Call(context.Background(), from, invoking(`{"FunctionName":"charge","Qualifier":"7","Payload":["p"],"InvocationType":"RequestResponse","ClientContext":"e30=","LogType":"Tail"}`))
	require.Nil(t, o.Failure)
	assert.Equal(t, `["p"]`, c.body)
	assert.Equal(t, "7", c.request.URL.Query().Get("Qualifier"))
	assert.Equal(t, "e30=", c.request.Header.Get("X-Amz-Client-Context"))
	assert.Equal(t, "RequestResponse", c.request.Header.Get("X-Amz-Invocation-Type"))

	date := o.Output.Get("SdkHttpMetadata").Get("HttpHeaders").Get("Date").String()
	assert.Equal(t, `{"ExecutedVersion":"$LATEST","LogResult":"bG9n","Payload":{"b":1,"a":[true,"x"]},`+
		`"SdkHttpMetadata":{"AllHttpHeaders":{"Content-Length":["22"],"Content-Type":["application/json"],"Date":[`+date+`],`+
		`"X-Amz-Executed-Version":["$LATEST"],"x-amzn-RequestId":["request-1"]},`+
		`"HttpHeaders":{"Content-Length":"22","Content-Type":"application/json","Date":`+date+`,`+
		`"X-Amz-Executed-Version":"$LATEST","x-amzn-RequestId":"request-1"},"HttpStatusCode":200},`+
		`"SdkResponseMetadata":{"RequestId":"request-1"},"StatusCode":200}`, o.Output.String())

	o = s.Call(context.Background(), from, invoking(`{"FunctionName":"charge"}`))
	require.Nil(t, o.Failure)
	assert.Empty(t, c.body, "no Payload, no body")

	o = s.Call(context.Background(), from, invoking(`{"FunctionName":"later","InvocationType":"Event","Payload":{}}`))
	require.Nil(t, o.Failure)
	assert.Equal(t, `""`, o.Output.Get("Payload").String())
	assert.Equal(t, "202", o.Output.Get("StatusCode").String())
}

func TestLambdaFailures(t *testing.T) {
	c := newCloud(t)
	s := c.lambda(nil)
	for _, k := range []struct{ parameters, name, cause string }{
		{`{"FunctionName":"raises"}`, "Broke", `{"errorMessage":"no money","errorType":"Broke","stackTrace":["a"]}`},
		{`{"FunctionName":"vague"}`, "Lambda.Unknown", `The cause could not be determined because Lambda did not return an error type. Returned payload: {"errorMessage":"Task timed out after 3.00 seconds"}`},
		{`{"FunctionName":"none"}`, "Lambda.ResourceNotFoundException", "Function not found: arn:aws:lambda:eu-west-1:123456789012:function:none:$LATEST (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: request-1; Proxy: null)"},
		{`{"FunctionName":"busy"}`, "Lambda.TooManyRequestsException", "Rate Exceeded. (Service: AWSLambda; Status Code: 429; Error Code: TooManyRequestsException; Request ID: request-1; Proxy: null)"},
		{`{"FunctionName":"broken"}`, "Lambda.ServiceException", "Internal (Service: AWSLambda; Status Code: 500; Error Code: ServiceException; Request ID: request-1; Proxy: null)"},
		{`{"FunctionName":"denied"}`, "Lambda.AWSLambdaException", "User is not authorized (Service: AWSLambda; Status Code: 403; Error Code: AccessDeniedException; Request ID: request-1; Proxy: null)"},
		{`{"FunctionName":"text"}`, "Lambda.Unknown", "Returned payload: not json"},
		{`{"FunctionName":""}`, "States.Runtime", "The field 'FunctionName' must be a string that is not empty (resource arn:aws:states:::lambda:invoke)."},
		{`{"FunctionName":"f","Input":1}`, "States.Runtime", "The field 'Input' is not supported (resource arn:aws:states:::lambda:invoke)."},
		{`{"FunctionName":"f","LogType":1}`, "States.Runtime", "The field 'LogType' must be a string (resource arn:aws:states:::lambda:invoke)."},
		{`[]`, "States.Runtime", "The Parameters must be an object with FunctionName (resource arn:aws:states:::lambda:invoke)."},
	} {
		o := s.Call(context.Background(), from, invoking(k.parameters))
		require.NotNil(t, o.Failure, k.parameters)
		assert.Equal(t, k.name, o.Failure.Name(), k.parameters)
		if strings.HasPrefix(o.Failure.Cause.Text(), "The function's result is not JSON: ") {
			assert.True(t, strings.HasSuffix(o.Failure.Cause.Text(), k.cause))
			continue
		}
		assert.Equal(t, k.cause, o.Failure.Cause.Text())
	}
}

func TestLambdaOutOfReach(t *testing.T) {
	c := newCloud(t)
	c.Close()
	o := c.lambda(nil).Call(context.Background(), from, invoking(`{"FunctionName":"charge"}`))
	require.NotNil(t, o.Failure)
	assert.Equal(t, "Lambda.SdkClientException", o.Failure.Name())
	assert.Contains(t, o.Failure.Cause.Text(), "connection refused")

	o = NewServices(NewLambda(aws.Config{}, nil, nil)).Call(context.Background(), from, invoking(`{"FunctionName":"charge"}`))
	assert.Equal(t, "Lambda.SdkClientException", o.Failure.Name())
	assert.Contains(t, o.Failure.Cause.Text(), "AWS_REGION")

	call := invoking(`{"FunctionName":"charge"}`)
	call.Credentials = value.EmptyObject
	o = c.lambda(nil).Call(context.Background(), from, call)
	assert.Contains(t, o.Failure.Cause.Text(), "Credentials")
}

func TestLambdaStopsWithItsContext(t *testing.T) {
	s := newCloud(t).lambda(nil)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	started := time.Now()
	o := s.Call(ctx, from, invoking(`{"FunctionName":"slow"}`))
	require.NotNil(t, o.Failure)
	assert.Less(t, time.Since(started), 2*time.Second)
}
