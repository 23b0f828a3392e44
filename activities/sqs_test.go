package activities

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/deadletters/sqstest"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

func queue(t *testing.T, name string) (*sqstest.Server, func(machine.Call) value.Value) {
	s := sqstest.New(t, name)
	services := NewServices(NewSQS(aws.Config{Region: "us-east-1", BaseEndpoint: &s.URL, Credentials: credentials.NewStaticCredentialsProvider("id", "secret", "")}))
	return s, func(call machine.Call) value.Value {
		t.Helper()
		call.Input = call.Input.With("QueueUrl", value.OfString(s.QueueURL()))
		o := services.Call(t.Context(), from, call)
		require.Nil(t, o.Failure, "%v", o.Failure)
		return o.Output
	}
}

func sending(parameters string) machine.Call { return asking("sqs", "sendMessage", parameters) }

// A message on a standard queue tells its key in an attribute, which its Task's
// result does not show.
func TestMessages(t *testing.T) {
	s, send := queue(t, "orders")
	key := idempotencyKey(from, sending("{}"))
	result := send(sending(`{"MessageBody":"hello"}`))
	assert.Equal(t, "5d41402abc4b2a76b9719d911017c592", result.Get("MD5OfMessageBody").Text())
	assert.Equal(t, value.String, result.Get("MessageId").Kind())
	assert.EqualValues(t, "200", result.Get("SdkHttpMetadata").Get("HttpStatusCode").String())
	names := []string{}
	for i := range result.Len() {
		names = append(names, result.NameAt(i))
	}
	assert.ElementsMatch(t, []string{"MD5OfMessageBody", "MessageId", "SdkHttpMetadata", "SdkResponseMetadata"}, names)

	send(sending(`{"MessageBody":{"TaskToken":"t","n":1.50}}`))
	own := send(sending(`{"MessageBody":"own","MessageAttributes":{"Colour":{"DataType":"String","StringValue":"red"}}}`))
	assert.Equal(t, value.String, own.Get("MD5OfMessageAttributes").Kind())
	send(sending(`{"MessageBody":"` + strings.Repeat("x", plainMessage) + `"}`))

	messages := s.Messages()
	require.Len(t, messages, 4)
	keyed := map[string]string{"stepwellIdempotencyKey": key}
	assert.Equal(t, "hello", messages[0].Body)
	assert.Equal(t, keyed, messages[0].Attributes)
	assert.Equal(t, `{"TaskToken":"t","n":1.50}`, messages[1].Body)
	assert.Equal(t, keyed, messages[1].Attributes)
	assert.Equal(t, map[string]string{"Colour": "red"}, messages[2].Attributes)
	assert.Empty(t, messages[3].Attributes, "a message that is large already stays as it is")
}

// A FIFO queue takes a message once, however often it is sent by one visit to a
// state. A Task with a token sends another one with each attempt.
func TestMessagesOnce(t *testing.T) {
	s, send := queue(t, "orders.fifo")
	call := sending(`{"MessageBody":"a","MessageGroupId":"g"}`)
	send(call)
	send(call)
	require.Len(t, s.Messages(), 1)
	assert.Equal(t, idempotencyKey(from, call), s.Messages()[0].Once)
	assert.Equal(t, "g", s.Messages()[0].Group)
	assert.Empty(t, s.Messages()[0].Attributes)

	call.Visit = "5"
	send(call)
	require.Len(t, s.Messages(), 2)
	send(sending(`{"MessageBody":"a","MessageGroupId":"g","MessageDeduplicationId":"own"}`))
	assert.Equal(t, "own", s.Messages()[2].Once)

	for _, token := range []string{"first", "first", "second"} {
		call.Token = token
		send(call)
	}
	require.Len(t, s.Messages(), 5)
	assert.NotEqual(t, s.Messages()[3].Once, s.Messages()[4].Once)
}

func TestTargetsOfServices(t *testing.T) {
	assert.Equal(t, "https://q", TargetOf(&SQS{}, sending(`{"QueueUrl":"https://q"}`)))
	assert.Equal(t, "dynamodb:orders", TargetOf(&DynamoDB{}, asking("aws-sdk:dynamodb", "query", `{"TableName":"orders"}`)))
	assert.Equal(t, "arn:aws:states:::aws-sdk:dynamodb:transactWriteItems", TargetOf(&DynamoDB{}, asking("aws-sdk:dynamodb", "transactWriteItems", `{}`)))
}
