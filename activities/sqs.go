package activities

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// sqsSend is arn:aws:states:::sqs:sendMessage (AWS, "Call Amazon SQS with Step
// Functions").
const sqsSend = "sqs:sendMessage"

// sqsErrors is how the errors of Amazon SQS are spelled.
var sqsErrors = optimized{prefix: "SQS", service: "AmazonSQS", generic: "AmazonSQSException"}

// SQS performs the Tasks of Amazon SQS.
type SQS struct {
	send   operation
	region string
}

// NewSQS gives the service with endpoint, credentials and connections of the
// configuration. One attempt is made only: Retry is the definition's.
func NewSQS(config aws.Config) *SQS {
	client := sqs.NewFromConfig(config, func(o *sqs.Options) {
		o.Retryer = aws.NopRetryer{}
		o.Protocol = plainJSON{o.Protocol}
		o.APIOptions = append(o.APIOptions, withoutValidation)
	})
	return &SQS{operationOf(client.SendMessage), config.Region}
}

// Integrations names sqs:sendMessage.
func (*SQS) Integrations() []string { return []string{sqsSend} }

// Target names the queue.
func (*SQS) Target(call machine.Call) string { return call.Input.Get("QueueUrl").Text() }

// Call sends a message. The Task's result is the answer of SQS to the message as
// the definition has it: nothing tells of what was added to it.
func (s *SQS) Call(ctx context.Context, from express.Place, call machine.Call) machine.Outcome {
	if fault := plainRequest(call, s.region, sqsErrors); fault != nil {
		return failed(*fault)
	}
	message := newMessage(from, call)
	e, err := s.send.perform(ctx, message)
	if err != nil {
		return failed(sqsErrors.refusal(call, err))
	}
	answer, err := e.result()
	if err != nil {
		return failed(sqsErrors.unreachable(err))
	}
	var result value.ObjectBuilder
	for i, v := range answer.Elements() {
		if name := answer.NameAt(i); name != "MD5OfMessageAttributes" || given(call.Input, "MessageAttributes") {
			result.Put(name, v)
		}
	}
	e.put(&result)
	return succeeded(result.Value())
}

// keyAttribute is the message attribute with the idempotency key: named as the
// member of a Lambda function's client context.
const keyAttribute = keyMember

// plainMessage is what every queue takes as one message, in bytes, unless it was
// told to take less (Amazon SQS, "Message quotas": the default of queues before
// August 2025).
const plainMessage = 256 << 10

// newMessage gives what is sent: the Parameters, with a MessageBody that is not a
// text as JSON text, and with the idempotency key where they leave room for it.
//
// On a FIFO queue it is the MessageDeduplicationId.
//
// On another queue the key is an attribute, of messages that have no attributes of
// their own and which it does not make too large.
func newMessage(from express.Place, call machine.Call) value.Value {
	message, key := call.Input, idempotencyKey(from, call)
	body := message.Get("MessageBody")
	if k := body.Kind(); k != value.Absent && k != value.Null && k != value.String {
		body = value.OfString(body.String())
		message = message.With("MessageBody", body)
	}
	if strings.HasSuffix(message.Get("QueueUrl").Text(), ".fifo") {
		if given(message, "MessageDeduplicationId") {
			return message
		}
		return message.With("MessageDeduplicationId", value.OfString(onceKey(from, call)))
	}
	const kind = "String"
	if given(message, "MessageAttributes") || len(body.Text())+len(keyAttribute)+len(kind)+len(key) > plainMessage {
		return message
	}
	return message.With("MessageAttributes", value.OfObject(value.Member{Name: keyAttribute, Value: value.OfObject(
		value.Member{Name: "DataType", Value: value.OfString(kind)},
		value.Member{Name: "StringValue", Value: value.OfString(key)},
	)}))
}

// given reports that the Parameters have the field.
func given(parameters value.Value, name string) bool {
	k := parameters.Get(name).Kind()
	return k != value.Absent && k != value.Null
}
