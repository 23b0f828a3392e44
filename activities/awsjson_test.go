package activities

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// jsonCloud plays services of AWS whose protocol is JSON: it answers all requests
// in one way, and notes the last one.
type jsonCloud struct {
	*httptest.Server
	status  int
	header  map[string]string
	answer  string
	target  string
	request string
	signed  string
	calls   int
}

func newJSONCloud(t *testing.T) *jsonCloud {
	c := &jsonCloud{status: http.StatusOK, answer: "{}"}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		c.target, c.request, c.signed = r.Header.Get("X-Amz-Target"), string(body), r.Header.Get("Authorization")
		c.calls++
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.Header().Set("x-amzn-RequestId", "request-1")
		for name, text := range c.header {
			w.Header().Set(name, text)
		}
		w.WriteHeader(c.status)
		_, _ = io.WriteString(w, c.answer)
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *jsonCloud) config() aws.Config {
	return aws.Config{Region: "us-east-1", BaseEndpoint: &c.URL, Credentials: credentials.NewStaticCredentialsProvider("id", "secret", "")}
}

// asking is a Call of an integration.
func asking(service, action, parameters string) machine.Call {
	call := invoking(parameters)
	call.Resource = program.Resource{ARN: "arn:aws:states:::" + service + ":" + action, Service: service, Action: action}
	call.Visit = "4"
	return call
}

func (c *jsonCloud) services() *Services {
	return NewServices(NewSQS(c.config()), NewDynamoDB(c.config()))
}

// succeeds performs a Call and gives its result.
func (c *jsonCloud) succeeds(t *testing.T, call machine.Call) value.Value {
	t.Helper()
	o := c.services().Call(t.Context(), from, call)
	require.Nil(t, o.Failure, "%v", o.Failure)
	return o.Output
}

// Errors are spelled as in recorded executions: by the optimized integration and
// by that of the SDK.
func TestErrorsOfServices(t *testing.T) {
	const sent, item = `{"QueueUrl":"https://sqs/1/q","MessageBody":null}`, `{"TableName":"orders","Item":{"id":{"S":"1"}}}`
	for name, c := range map[string]struct {
		call   machine.Call
		status int
		header map[string]string
		answer string
		want   machine.Failure
	}{
		"SQS, not in its model": {asking("sqs", "sendMessage", sent), 400, map[string]string{"x-amzn-query-error": "MissingParameter;Sender"},
			`{"__type":"com.amazon.coral.service#MissingParameterException","message":"The request must contain the parameter MessageBody."}`,
			machine.Fault("SQS.AmazonSQSException", "The request must contain the parameter MessageBody. (Service: AmazonSQS; Status Code: 400; Error Code: MissingParameter; Request ID: request-1; Proxy: null)")},
		"SQS, with an older code": {asking("sqs", "sendMessage", sent), 400, map[string]string{"x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender"},
			`{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."}`,
			machine.Fault("SQS.QueueDoesNotExistException", "The specified queue does not exist. (Service: AmazonSQS; Status Code: 400; Error Code: AWS.SimpleQueueService.NonExistentQueue; Request ID: request-1; Proxy: null)")},
		"DynamoDB": {asking("dynamodb", "putItem", item), 400, nil,
			`{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"Requested resource not found"}`,
			machine.Fault("DynamoDB.ResourceNotFoundException", "Requested resource not found (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: request-1; Proxy: null)")},
		"DynamoDB, not in its model": {asking("dynamodb", "putItem", item), 400, nil,
			`{"__type":"com.amazon.coral.validate#ValidationException","message":"1 validation error detected"}`,
			machine.Fault("DynamoDB.AmazonDynamoDBException", "1 validation error detected (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException; Request ID: request-1; Proxy: null)")},
		"SDK": {asking("aws-sdk:dynamodb", "putItem", item), 400, nil,
			`{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"Requested resource not found"}`,
			machine.Fault("DynamoDb.ResourceNotFoundException", "Requested resource not found (Service: DynamoDb, Status Code: 400, Request ID: request-1)")},
		"SDK, not in its model": {asking("aws-sdk:dynamodb", "putItem", item), 400, nil,
			`{"__type":"com.amazon.coral.validate#ValidationException","message":"no"}`,
			machine.Fault("DynamoDb.DynamoDbException", "no (Service: DynamoDb, Status Code: 400, Request ID: request-1)")},
		"throttled": {asking("dynamodb", "putItem", item), 400, nil,
			`{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow down"}`,
			machine.Fault("DynamoDB.ProvisionedThroughputExceededException", "slow down (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ProvisionedThroughputExceededException; Request ID: request-1; Proxy: null)")},
	} {
		t.Run(name, func(t *testing.T) {
			cloud := newJSONCloud(t)
			cloud.status, cloud.header, cloud.answer = c.status, c.header, c.answer
			o := cloud.services().Call(t.Context(), from, c.call)
			require.NotNil(t, o.Failure)
			assert.Equal(t, c.want, *o.Failure)
			assert.Equal(t, 1, cloud.calls, "Retry is the definition's")
		})
	}
}

// What cannot be asked is not asked.
func TestRequestsThatAreNotMade(t *testing.T) {
	cloud := newJSONCloud(t)
	lent := asking("dynamodb", "getItem", `{}`)
	lent.Credentials = value.EmptyObject
	for name, c := range map[string]struct {
		call machine.Call
		says string
	}{
		"no object":      {asking("sqs", "sendMessage", `"text"`), "must be an object (resource arn:aws:states:::sqs:sendMessage)"},
		"field":          {asking("sqs", "sendMessage", `{"QueueUrl":"q","MessageBody":"b","MessageAttribute":{}}`), "The field 'MessageAttribute' is not supported"},
		"field within":   {asking("sqs", "sendMessage", `{"MessageAttributes":{"MessageBody":{"DataType":"String","Text":"b"}}}`), "The field 'Text' is not supported"},
		"attribute type": {asking("dynamodb", "putItem", `{"Item":{"id":{"L":[{"M":{"S":{"Q":"1"}}}]}}}`), "The field 'Q' is not supported"},
		"credentials":    {lent, "Credentials"},
	} {
		t.Run(name, func(t *testing.T) {
			o := cloud.services().Call(t.Context(), from, c.call)
			require.NotNil(t, o.Failure)
			assert.Equal(t, machine.ErrorRuntime, o.Failure.Name())
			assert.Contains(t, o.Failure.Cause.Text(), c.says)
		})
	}
	assert.Zero(t, cloud.calls)

	nowhere := cloud.config()
	nowhere.Region = ""
	o := NewSQS(nowhere).Call(t.Context(), from, asking("sqs", "sendMessage", "{}"))
	assert.Equal(t, machine.Fault("SQS.SdkClientException", "Unable to execute HTTP request: no region is known; set AWS_REGION for the worker"), *o.Failure)

	cloud.Close()
	o = cloud.services().Call(t.Context(), from, asking("aws-sdk:dynamodb", "getItem", "{}"))
	require.NotNil(t, o.Failure)
	assert.Equal(t, "DynamoDb.SdkClientException", o.Failure.Name())
}

// The answer of a service that is not JSON fails its Task.
func TestBrokenAnswers(t *testing.T) {
	cloud := newJSONCloud(t)
	cloud.answer = "<html>"
	o := cloud.services().Call(t.Context(), from, asking("dynamodb", "getItem", "{}"))
	require.NotNil(t, o.Failure)
	assert.Equal(t, "DynamoDB.SdkClientException", o.Failure.Name())
	cloud.answer = ""
	assert.Empty(t, cloud.succeeds(t, asking("aws-sdk:dynamodb", "putItem", "{}")).Len())
}
