package audit_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/activities"
	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/audit"
	"github.com/seed-a99ddb6e/stepwell/internal/programs"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

const itemsARN = "arn:aws:states:us-east-1:000000000000:execution:m/Each:"

// patience is a Distributed Map whose items call a function, which fails at
// first, and then wait as they say.
const patience = `{"StartAt":"Each","States":{"Each":{"Type":"Map","Label":"Each","End":true,"ItemProcessor":{
	"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Ask","States":{
	"Ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"ResultPath":null,
		"Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":1}],"Next":"Pick"},
	"Pick":{"Type":"Choice","Choices":[{"Variable":"$","NumericGreaterThan":100,"Next":"Long"},{"Variable":"$","NumericGreaterThan":1,"Next":"Short"}],"Default":"Done"},
	"Long":{"Type":"Wait","Seconds":600,"End":true},"Short":{"Type":"Wait","Seconds":2,"End":true},"Done":{"Type":"Succeed"}}}}}}`

// fickle performs lambda:invoke: the first Call of each execution fails.
type fickle struct {
	mu    sync.Mutex
	known map[string]bool
}

func (f *fickle) Integrations() []string { return []string{"lambda:invoke"} }

func (f *fickle) Call(_ context.Context, from express.Place, call machine.Call) machine.Outcome {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.known[from.ExecutionArn] {
		f.known[from.ExecutionArn] = true
		failure := machine.Fault("Busy", "Not now.")
		return machine.Outcome{Failure: &failure}
	}
	return machine.Outcome{Output: call.Input}
}

// newMapWorld is a world whose worker runs Map Runs too.
func newMapWorld(t *testing.T) *world {
	server := devtest.Start(t)
	cache := programs.New(workflows.Compile, 10)
	w := &world{client: server.Client(t), server: server, live: map[string][]machine.Event{}, options: workflows.Options{Programs: cache}}
	options := w.options
	options.Sink = func(o machine.Origin) machine.Sink { return live{w, o.Name} }
	hosted := worker.New(w.client, t.Name(), worker.Options{})
	workflows.Register(hosted, options)
	services := activities.NewServices(&fickle{known: map[string]bool{}})
	activities.Register(hosted, activities.Dependencies{Services: services, Programs: cache, Maps: activities.NewMaps(activities.MapDependencies{
		Store: objects.NewS3(server.S3()), Programs: cache, Caller: services, Log: slog.New(slog.DiscardHandler),
	})})
	require.NoError(t, hosted.Start())
	t.Cleanup(hosted.Stop)
	return w
}

// itemOf gives the UUID of the item's execution that got this input.
func (w *world) itemOf(input string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	for name, events := range w.live {
		if events[0].Details.Get("input").Text() == input {
			return name
		}
	}
	return ""
}

// readItem reads an item's history.
func (w *world) readItem(t *testing.T, item audit.Item, follow bool) (events []machine.Event) {
	t.Helper()
	require.NoError(t, audit.Read(t.Context(), audit.Source{
		Service: w.client.WorkflowService(), Namespace: w.server.Namespace, Follow: follow,
		Execution: workflow.Execution{ID: item.ShardID()}, Item: item.Origin.ID, Earlier: item.EarlierShards(),
	}, func(e machine.Event) error {
		events = append(events, e)
		return nil
	}))
	return events
}

func (w *world) find(t *testing.T, arn string) (item audit.Item, found bool) {
	t.Helper()
	item, found, err := audit.FindItem(t.Context(), w.client.WorkflowService(), w.server.Namespace, arn)
	require.NoError(t, err)
	return item, found
}

func TestItemsOfAPackedShard(t *testing.T) {
	t.Parallel()
	w := newMapWorld(t)
	run := w.start(t, patience, "patient", `[600,0,2]`)
	defer func() { _ = w.client.TerminateWorkflow(context.Background(), run.GetID(), "", "over") }()
	chosen := []string{"ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskFailed",
		"TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited", "ChoiceStateEntered", "ChoiceStateExited"}
	and := func(types ...string) []string { return append(slices.Clone(chosen), types...) }
	require.Eventually(t, func() bool {
		return len(w.recorded(w.itemOf("600"))) == len(chosen)+1 && len(w.recorded(w.itemOf("0"))) == len(chosen)+3
	}, 20*time.Second, 50*time.Millisecond)

	var item audit.Item
	require.Eventually(t, func() bool { // what is listed lags behind
		var found bool
		item, found = w.find(t, itemsARN+w.itemOf("2"))
		return found
	}, 10*time.Second, 100*time.Millisecond)
	assert.EqualValues(t, 2, item.First)
	assert.Equal(t, []int{0}, item.Shards)
	assert.Equal(t, program.PackedShard, item.MapRun.Leaf)
	followed := w.readItem(t, item, true)
	assert.Equal(t, and("WaitStateEntered", "WaitStateExited", "ExecutionSucceeded"), types(followed),
		"it ends with the item, not with the shard")
	for i, e := range followed {
		assert.EqualValues(t, i+1, e.ID)
	}

	for input, want := range map[string][]string{
		"600": and("WaitStateEntered"),
		"0":   and("SucceedStateEntered", "SucceedStateExited", "ExecutionSucceeded"),
		"2":   types(followed),
	} {
		one, found := w.find(t, itemsARN+w.itemOf(input))
		require.True(t, found)
		assert.Equal(t, itemsARN+w.itemOf(input), one.Origin.ID)
		got := w.readItem(t, one, false)
		assert.Equal(t, want, types(got), input)
		assert.Equal(t, text(w.recorded(w.itemOf(input))), text(got), "the replay finds what the machine recorded")
	}

	require.NoError(t, w.client.TerminateWorkflow(t.Context(), item.ShardID(), "", "test"))
	running, _ := w.find(t, itemsARN+w.itemOf("600"))
	assert.Equal(t, and("WaitStateEntered", "ExecutionAborted"), types(w.readItem(t, running, false)))
	assert.Equal(t, types(followed), types(w.readItem(t, item, false)), "what had ended has ended")

	_, found := w.find(t, itemsARN+"00000000-0000-0000-0000-000000000000")
	assert.False(t, found)
	_, found = w.find(t, "arn:aws:states:us-east-1:000000000000:execution:m:patient")
	assert.False(t, found, "no item at all")
	running.Origin.ID = itemsARN + "nobody"
	assert.Empty(t, w.readItem(t, running, false), "an item that has not been started")
}

// An item's execution may fail although its machine does not know: its output
// is too large to be handed over.
func TestItemThatEndsWithoutItsMachine(t *testing.T) {
	t.Parallel()
	w := newMapWorld(t)
	const twice = `{"StartAt":"Each","States":{"Each":{"Type":"Map","Label":"Each","ToleratedFailurePercentage":100,"End":true,"ItemProcessor":{
		"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{
		"P":{"Type":"Pass","Parameters":{"a.$":"$","b.$":"$"},"End":true}}}}}}`
	half := make([]byte, wire.ValueLimit/2)
	for i := range half {
		half[i] = 'x'
	}
	input := value.OfArray([]value.Value{value.OfString(string(half))})
	run := w.start(t, twice, "large-item", input.String())
	require.NoError(t, run.Get(t.Context(), nil))
	var item audit.Item
	require.Eventually(t, func() bool {
		var found bool
		item, found = w.find(t, itemsARN+w.itemOf(input.At(0).String()))
		return found
	}, 10*time.Second, 100*time.Millisecond)
	events := w.readItem(t, item, false)
	require.Equal(t, []string{"ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionFailed"}, types(events))
	assert.Equal(t, machine.ErrorDataLimitExceeded, events[3].Details.Get("error").Text())
	assert.Contains(t, events[3].Details.Get("cause").Text(), "The output of item 0")
	assert.EqualValues(t, 4, events[3].ID)
	assert.EqualValues(t, 3, events[3].Previous)
}
