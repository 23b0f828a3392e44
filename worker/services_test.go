package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/activities"
	"github.com/seed-a99ddb6e/stepwell/activities/deadletters/sqstest"
	"github.com/seed-a99ddb6e/stepwell/idempotency"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// table plays DynamoDB with one table whose key is id.
type table struct {
	mu    sync.Mutex
	items map[string]json.RawMessage
	once  map[string]bool // ClientRequestTokens
}

func (b *table) serve(w http.ResponseWriter, r *http.Request) {
	type put struct {
		Item map[string]json.RawMessage
		Key  map[string]json.RawMessage
	}
	var in struct {
		put
		ClientRequestToken string
		TransactItems      []struct{ Put put }
	}
	text, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(text, &in)
	b.mu.Lock()
	defer b.mu.Unlock()
	keep := func(p put) {
		item, _ := json.Marshal(p.Item)
		b.items[string(p.Item["id"])] = item
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	switch r.Header.Get("X-Amz-Target") {
	case "DynamoDB_20120810.PutItem":
		keep(in.put)
	case "DynamoDB_20120810.TransactWriteItems":
		b.once[in.ClientRequestToken] = true
		for _, one := range in.TransactItems {
			keep(one.Put)
		}
	case "DynamoDB_20120810.GetItem":
		_, _ = fmt.Fprintf(w, `{"Item":%s}`, b.items[string(in.Key["id"])])
		return
	}
	_, _ = io.WriteString(w, "{}")
}

// What a worker performs is what validation says that this version performs.
func TestServicesAreKnown(t *testing.T) {
	config := aws.Config{}
	all := activities.NewServices(activities.NewLambda(config, nil, nil), activities.NewSQS(config), activities.NewDynamoDB(config),
		&activities.Foreign{}, (*metrics)(nil).measure(&activities.ForeignWorkflows{}))
	for _, name := range all.Integrations() {
		i := strings.LastIndexByte(name, ':')
		r := asl.Resource{Service: name[:i], Action: name[i+1:], Pattern: asl.RequestResponse}
		assert.Equal(t, asl.Implemented, r.Support(), name)
		r.Pattern = asl.Sync
		assert.Equal(t, slices.Contains(all.Watches(), name), r.Support() == asl.Implemented, "%s.sync", name)
	}
	measured := activities.NewServices(newMetrics().measure(&activities.ForeignWorkflows{}))
	assert.Equal(t, all.Watches(), measured.Watches(), "whoever measures")
}

// A worker as it is installed calls SQS, DynamoDB and another team's activity, in
// a Standard and in an Express execution. All attempts of a call have one key.
func TestServicesOfAWorker(t *testing.T) {
	const fifo = "orders.fifo"
	b := &table{items: map[string]json.RawMessage{}, once: map[string]bool{}}
	orders := sqstest.New(t, fifo)
	t.Setenv("AWS_ENDPOINT_URL_SQS", orders.URL)
	t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", httptestServer(t, b.serve))
	h := host(t, func(http.ResponseWriter, *http.Request) {})

	team := devtest.Start(t, "workertest").Client(t, func(o *client.Options) {
		o.ContextPropagators = []workflow.ContextPropagator{idempotency.Propagator{}}
	})
	var mu sync.Mutex
	var keys []string
	billing := worker.New(team, t.Name()+"-billing", worker.Options{DisableWorkflowWorker: true})
	billing.RegisterActivityWithOptions(func(ctx context.Context) (string, error) {
		mu.Lock()
		defer mu.Unlock()
		if keys = append(keys, idempotency.Key(ctx)); len(keys)%2 == 1 {
			return "", temporal.NewApplicationError("later", "Busy")
		}
		return idempotency.Key(ctx), nil
	}, activity.RegisterOptions{Name: "ChargeCard"})
	require.NoError(t, billing.Start())
	t.Cleanup(billing.Stop)

	states := fmt.Sprintf(`{"StartAt":"Put","States":{
		"Put":{"Type":"Task","Resource":"arn:aws:states:::dynamodb:putItem","ResultPath":null,
			"Parameters":{"TableName":"orders","Item":{"id":{"S.$":"$.id"},"paid":{"BOOL":true}}},"Next":"Write"},
		"Write":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:dynamodb:transactWriteItems","ResultPath":null,
			"Parameters":{"TransactItems":[{"Put":{"TableName":"orders","Item":{"id":{"S":"audit"}}}}]},"Next":"Get"},
		"Get":{"Type":"Task","Resource":"arn:aws:states:::dynamodb:getItem","Parameters":{"TableName":"orders","Key":{"id":{"S.$":"$.id"}}},
			"ResultPath":"$.found","ResultSelector":{"item.$":"$.Item"},"Next":"Send"},
		"Send":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","ResultPath":"$.sent","ResultSelector":{"md5.$":"$.MD5OfMessageBody"},
			"Parameters":{"QueueUrl":%q,"MessageGroupId":"g","MessageBody":{"id.$":"$.id"}},"Next":"Charge"},
		"Charge":{"Type":"Task","Resource":"arn:aws:states:::temporal:executeActivity","ResultPath":"$.key",
			"Parameters":{"ActivityType":"ChargeCard","TaskQueue":%q},
			"Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":1}],"End":true}}}`, orders.QueueURL(), t.Name()+"-billing")
	for i, kind := range []string{"STANDARD", "EXPRESS"} {
		run := h.start("services", wire.Definition{Text: wire.PlainText(states), Type: kind}, `{"id":"o1"}`)
		require.NoError(t, h.end(run))
		var output value.Value
		require.NoError(t, run.Get(context.Background(), &output))
		mu.Lock()
		require.Len(t, keys, 2*(i+1), kind)
		assert.Len(t, keys[2*i], 36)
		assert.Equal(t, keys[2*i], keys[2*i+1], "both attempts of a %s execution", kind)
		assert.JSONEq(t, `{"id":"o1","found":{"item":{"id":{"S":"o1"},"paid":{"BOOL":true}}},
			"sent":{"md5":"1ce09d15ec3fc4a3128c283d649e7ca8"},"key":"`+keys[2*i]+`"}`, output.String())
		mu.Unlock()
		messages := orders.Messages()
		require.Len(t, messages, i+1)
		assert.Equal(t, `{"id":"o1"}`, messages[i].Body)
		assert.Len(t, messages[i].Once, 36)
		assert.Len(t, b.once, i+1)
	}
	assert.NotEqual(t, keys[0], keys[2], "another execution")
}
