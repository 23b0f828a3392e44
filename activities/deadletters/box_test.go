package deadletters_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/deadletters"
	"github.com/seed-a99ddb6e/stepwell/activities/deadletters/sqstest"
	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/objects/objectstest"
)

const run = "arn:aws:states:us-east-1:000000000000:mapRun:orders/Each:7c0e"

func letter(i int) deadletters.Letter {
	input, name := fmt.Sprintf(`{"row":%d}`, i), fmt.Sprintf("item-%d", i)
	arn := "arn:aws:states:us-east-1:000000000000:execution:orders/Each:" + name
	return deadletters.Letter{
		Key: arn, ExecutionArn: arn, Name: name, MapRunArn: run, Status: "FAILED", Error: "Broken", Cause: "it is",
		FirstItem: int64(i), Items: 1, Input: &input, InputDetails: deadletters.InputDetails{Source: "s3://data/rows.csv"},
		StopDate: time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC),
	}
}

func letters(n int) (all []deadletters.Letter) {
	for i := range n {
		all = append(all, letter(i))
	}
	return all
}

func parse(t *testing.T, text string) deadletters.Address {
	t.Helper()
	a, err := deadletters.Parse(text)
	require.NoError(t, err)
	return a
}

// queueAt gives the box of a queue, with a client that does not try again.
func queueAt(t *testing.T, s *sqstest.Server, address string) deadletters.Box {
	client := sqs.NewFromConfig(aws.Config{
		Region: "us-east-1", BaseEndpoint: &s.URL, Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
	})
	return deadletters.Open(parse(t, address), nil, client)
}

func TestAddresses(t *testing.T) {
	for text, good := range map[string]bool{
		"s3://bucket/dead": true, "s3://bucket": true, "s3:///dead": false, "s3:bucket": false,
		"https://sqs.eu-west-1.amazonaws.com/123456789012/dead.fifo": true, "http://localhost:9324/000000000000/dead": true,
		"https://sqs.eu-west-1.amazonaws.com/": false, "https://": false, "http://[": false,
		"arn:aws:sqs:eu-west-1:123456789012:dead": true, "arn:aws:sns:eu-west-1:123456789012:dead": false, "arn:aws:sqs::123456789012:dead": false,
		"dead": false, "": false,
	} {
		a, err := deadletters.Parse(text)
		assert.Equal(t, good, err == nil, "%s: %v", text, err)
		assert.Equal(t, text, a.String())
	}
}

func TestObjects(t *testing.T) {
	store := objectstest.New("dead")
	box := deadletters.Open(parse(t, "s3://dead/letters"), store, nil)
	for range 2 { // the same once more
		rest, err := box.Put(t.Context(), letters(30))
		require.NoError(t, err)
		require.Empty(t, rest)
	}
	page, err := store.List(t.Context(), objects.Listing{Location: objects.Location{Bucket: "dead"}})
	require.NoError(t, err)
	require.Len(t, page, 30)
	text, err := objects.Load(t.Context(), store, objects.Location{Bucket: "dead", Key: "letters/orders/Each/7c0e/item-7.json"})
	require.NoError(t, err)
	assert.JSONEq(t, `{"Cause":"it is","Error":"Broken","ExecutionArn":"arn:aws:states:us-east-1:000000000000:execution:orders/Each:item-7",
		"FirstItem":7,"Input":"{\"row\":7}","InputDetails":{"Included":true},"Items":1,
		"Key":"arn:aws:states:us-east-1:000000000000:execution:orders/Each:item-7","MapRunArn":"`+run+`","Name":"item-7","ParentExecutionArn":"",
		"RedriveCount":0,"StartDate":"0001-01-01T00:00:00Z","StateMachineArn":"","Status":"FAILED","StopDate":"2026-11-23T02:00:00Z"}`, string(text))
}

func TestNoBucket(t *testing.T) {
	box := deadletters.Open(parse(t, "s3://nowhere/letters"), objectstest.New("dead"), nil)
	rest, err := box.Put(t.Context(), letters(3))
	require.Len(t, rest, 3)
	var refusal *deadletters.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Contains(t, err.Error(), "bucket nowhere does not exist")
	assert.Contains(t, err.Error(), "STEPWELL_DEAD_LETTERS")
}

func TestStandardQueue(t *testing.T) {
	s := sqstest.New(t, "dead")
	box := queueAt(t, s, s.QueueURL())
	rest, err := box.Put(t.Context(), letters(25))
	require.NoError(t, err)
	require.Empty(t, rest)
	assert.Equal(t, []int{10, 10, 5}, s.Requests())
	messages := s.Messages()
	require.Len(t, messages, 25)
	for i, m := range messages {
		assert.Equal(t, map[string]string{"Key": letter(i).Key, "MapRunArn": run, "Status": "FAILED"}, m.Attributes)
		assert.Empty(t, m.Once)
		assert.Contains(t, m.Body, fmt.Sprintf(`"Input":"{\"row\":%d}"`, i))
	}
}

// TestFIFOQueue sends letters twice, and again after a redrive: the queue keeps
// the first and the last of each.
func TestFIFOQueue(t *testing.T) {
	s := sqstest.New(t, "dead.fifo")
	box := queueAt(t, s, "arn:aws:sqs:us-east-1:000000000000:dead.fifo")
	all := letters(12)
	for range 2 {
		_, err := box.Put(t.Context(), all)
		require.NoError(t, err)
	}
	require.Len(t, s.Messages(), 12)
	all[3].RedriveCount = 1
	_, err := box.Put(t.Context(), all)
	require.NoError(t, err)
	messages := s.Messages()
	require.Len(t, messages, 13)
	assert.Equal(t, messages[0].Group, messages[12].Group)
	assert.Equal(t, messages[3].Attributes, messages[12].Attributes)
}

// TestQueueLimits puts letters that are larger than what a queue takes, one by one
// and together.
func TestQueueLimits(t *testing.T) {
	s := sqstest.New(t, "dead")
	s.Size = 64 << 10
	box := queueAt(t, s, s.QueueURL())
	all := letters(12)
	for i := range all {
		input := `"` + strings.Repeat("x", 60<<10) + `"`
		all[i].Input = &input
	}
	large := `"` + strings.Repeat("x", 70<<10) + `"`
	all[5].Input = &large
	all[6].Input, all[6].Cause = &large, strings.Repeat("ü\x01\uffff", 30_000)
	rest, err := box.Put(t.Context(), all)
	require.NoError(t, err)
	require.Empty(t, rest)
	require.Len(t, s.Messages(), 12)
	assert.Less(t, len(s.Requests()), 5, "several go together")
	for i, m := range s.Messages() {
		var l deadletters.Letter
		require.NoError(t, json.Unmarshal([]byte(m.Body), &l))
		assert.Equal(t, letter(i).Key, l.Key)
		if i != 5 && i != 6 {
			assert.True(t, l.InputDetails.Included)
			assert.Empty(t, l.InputDetails.Source)
			continue
		}
		assert.Nil(t, l.Input)
		assert.Equal(t, deadletters.InputDetails{Source: "s3://data/rows.csv"}, l.InputDetails)
		assert.NotContains(t, m.Body, "\uffff")
		assert.NotEmpty(t, l.Cause)
		assert.True(t, strings.HasPrefix(all[i].Cause, l.Cause))
	}
}

// TestQueueAway puts letters to a queue that fails now and then.
func TestQueueAway(t *testing.T) {
	s := sqstest.New(t, "dead")
	box := queueAt(t, s, s.QueueURL())
	s.Fail(func(request int) (int, string) {
		if request == 2 {
			return http.StatusServiceUnavailable, "ServiceUnavailable"
		}
		return 0, ""
	})
	rest, err := box.Put(t.Context(), letters(25))
	require.Error(t, err)
	require.NotErrorAs(t, err, new(*deadletters.Refusal))
	require.Len(t, rest, 15, "what the queue has is not sent again")
	s.Refuse(func(id string) bool { return id == "4" })
	rest, err = box.Put(t.Context(), rest)
	require.Error(t, err)
	require.NotErrorAs(t, err, new(*deadletters.Refusal))
	s.Refuse(nil)
	_, err = box.Put(t.Context(), rest)
	require.NoError(t, err)
	assert.Len(t, s.Messages(), 25)
}

func TestQueueRefuses(t *testing.T) {
	s := sqstest.New(t, "dead")
	var refusal *deadletters.Refusal
	_, err := queueAt(t, s, s.URL+"/000000000000/gone").Put(t.Context(), letters(1))
	require.ErrorAs(t, err, &refusal)
	assert.Contains(t, err.Error(), "QueueDoesNotExist")
	_, err = queueAt(t, s, "arn:aws:sqs:us-east-1:000000000000:gone").Put(t.Context(), letters(1))
	require.ErrorAs(t, err, &refusal)

	box := queueAt(t, s, s.QueueURL())
	s.Fail(func(int) (int, string) { return http.StatusForbidden, "AccessDenied" })
	_, err = box.Put(t.Context(), letters(1))
	require.ErrorAs(t, err, &refusal)
	for _, passing := range []string{"RequestThrottled", "ExpiredTokenException", "OverLimit"} {
		s.Fail(func(int) (int, string) { return http.StatusBadRequest, passing })
		_, err = box.Put(t.Context(), letters(1))
		require.Error(t, err)
		assert.NotErrorAs(t, err, new(*deadletters.Refusal), passing)
	}
}
