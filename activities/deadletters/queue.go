package deadletters

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
)

const (
	// batchMost is how many messages one request has (AWS API, SendMessageBatch).
	batchMost = 10
	// smallQueue is the size in bytes of messages, and of a request's messages
	// together, that every queue takes which was not made smaller. Queues now take
	// 1 MiB (AWS API, SetQueueAttributes, MaximumMessageSize); those that tell so
	// get as much.
	smallQueue = 256 << 10
)

// queue is a box that is an SQS queue: a message for each letter. On a FIFO queue
// the key makes the deduplication id; on others it is an attribute, and a letter
// that is put again is another message with the same key.
type queue struct {
	Address
	client *sqs.Client

	mu sync.Mutex
	// size is what a message may have, 0 while the queue has not been asked.
	size int
}

// Put sends the messages.
func (q *queue) Put(ctx context.Context, letters []Letter) ([]Letter, error) {
	if err := q.meet(ctx); err != nil {
		return letters, q.refusal(err)
	}
	for len(letters) > 0 {
		batch, n := q.batch(letters)
		failed, err := q.send(ctx, batch)
		if err != nil {
			return letters, q.refusal(err)
		}
		var rest []Letter
		for i, l := range letters[:n] {
			if reason, ok := failed[strconv.Itoa(i)]; ok {
				rest, err = append(rest, l), reason
			}
		}
		letters = append(rest, letters[n:]...)
		if err != nil {
			return letters, err
		}
	}
	return nil, nil
}

// meet finds out the queue's URL and the size of its messages.
func (q *queue) meet(ctx context.Context) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.url == "" {
		out, err := q.client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &q.name, QueueOwnerAWSAccountId: &q.account}, q.option)
		if err != nil {
			return err
		}
		q.url = aws.ToString(out.QueueUrl)
	}
	if q.size > 0 {
		return nil
	}
	out, err := q.client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &q.url,
		AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameMaximumMessageSize}}, q.option)
	if err != nil && !denied(err) {
		return err
	}
	q.size = smallQueue
	if err == nil {
		if told, err := strconv.Atoi(out.Attributes[string(types.QueueAttributeNameMaximumMessageSize)]); err == nil && told > 0 {
			q.size = told
		}
	}
	return nil
}

func (q *queue) option(o *sqs.Options) {
	if q.region != "" {
		o.Region = q.region
	}
}

// batch gives the messages of one request and the number of letters that they
// stand for.
func (q *queue) batch(letters []Letter) (batch []types.SendMessageBatchRequestEntry, n int) {
	bytes := 0
	for n < len(letters) && n < batchMost {
		entry, size := q.message(letters[n], strconv.Itoa(n))
		if n > 0 && bytes+size > max(q.size, smallQueue) {
			break
		}
		batch = append(batch, entry)
		bytes += size
		n++
	}
	return batch, n
}

func (q *queue) message(l Letter, id string) (entry types.SendMessageBatchRequestEntry, size int) {
	attributes := map[string]string{"Key": l.Key, "MapRunArn": l.MapRunArn, "Status": l.Status}
	entry = types.SendMessageBatchRequestEntry{Id: &id, MessageAttributes: map[string]types.MessageAttributeValue{}}
	for name, text := range attributes {
		entry.MessageAttributes[name] = types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &text}
		size += len(name) + len("String") + len(text)
	}
	body := string(l.within(q.size - size))
	entry.MessageBody = &body
	if strings.HasSuffix(q.name, ".fifo") {
		entry.MessageDeduplicationId = aws.String(l.once())
		entry.MessageGroupId = aws.String(digest(l.MapRunArn))
	}
	return entry, size + len(body)
}

// send sends a batch and gives the messages that the queue did not take, by id.
func (q *queue) send(ctx context.Context, batch []types.SendMessageBatchRequestEntry) (map[string]error, error) {
	out, err := q.client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: &q.url, Entries: batch}, q.option)
	if err != nil {
		return nil, err
	}
	failed := map[string]error{}
	for _, f := range out.Failed {
		reason := fmt.Errorf("%s: %s", aws.ToString(f.Code), aws.ToString(f.Message))
		if f.SenderFault {
			reason = &Refusal{q.text, reason}
		}
		failed[aws.ToString(f.Id)] = reason
	}
	return failed, nil
}

// refusal makes a [Refusal] of an answer that is definite.
func (q *queue) refusal(err error) error {
	var api smithy.APIError
	var response *awshttp.ResponseError
	if !errors.As(err, &api) || !errors.As(err, &response) {
		return err
	}
	status := response.HTTPStatusCode()
	if status < 400 || status >= 500 || status == http.StatusRequestTimeout || status == http.StatusTooManyRequests || passing(api.ErrorCode()) {
		return err
	}
	return &Refusal{q.text, fmt.Errorf("%s: %s", api.ErrorCode(), api.ErrorMessage())}
}

// passing tells of an error code that comes with status 400 and yet may be gone at
// the next try.
func passing(code string) bool {
	for _, part := range []string{"Throttl", "OverLimit", "ExpiredToken", "RequestExpired", "KmsInternal"} {
		if strings.Contains(code, part) {
			return true
		}
	}
	return false
}

func denied(err error) bool {
	var response *awshttp.ResponseError
	var api smithy.APIError
	return errors.As(err, &response) && response.HTTPStatusCode() == http.StatusForbidden ||
		errors.As(err, &api) && strings.Contains(api.ErrorCode(), "AccessDenied")
}
