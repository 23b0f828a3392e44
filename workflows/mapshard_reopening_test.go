package workflows

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// toldShard is a shard of items with workflows of their own that is told of
// circuits.
type toldShard struct {
	*shardSimulation
	began time.Time
	// starts are how many items were started, by second.
	starts map[int]int
}

// simulateToldShard makes one that is told at once, before it has an item, that
// whom they call is away for so long.
func simulateToldShard(t *testing.T, fake *mapFake, away time.Duration) *toldShard {
	s := &toldShard{shardSimulation: simulateShard(t, fake, Options{}), starts: map[int]int{}}
	s.began = s.Now()
	fake.readFault = func(int) error {
		s.tell(away)
		return nil
	}
	s.SetOnChildWorkflowStartedListener(func(*workflow.Info, workflow.Context, converter.EncodedValues) {
		s.starts[int(s.Now().Sub(s.began)/time.Second)]++
	})
	return s
}

// tell tells the shard as the Task of an item does.
func (s *toldShard) tell(away time.Duration) {
	s.SignalWorkflow(wire.CircuitSignal, wire.CircuitReport{Until: s.Now().Add(away)})
}

// slowItems take their time.
const slowItems = `{"StartAt": "Rest", "States": {"Rest": {"Type": "Wait", "Seconds": 1000, "End": true}}}`

// A shard that is told holds, and begins to start items again step by step.
func TestShardOfItemWorkflowsReopens(t *testing.T) {
	fake := newMapFake(200, 200)
	s := simulateToldShard(t, fake, time.Minute)
	in := shardInputOf(program.ChildWorkflow, standardProcessor(slowItems))
	in.Share = 200
	assert.Equal(t, wire.Counts{Succeeded: 200}, s.run(in).Items)
	assert.Equal(t, map[int]int{60: 1, 62: 2, 64: 4, 66: 8, 68: 16, 70: 32, 72: 64, 74: 73}, s.starts)
}

// Steps are over as soon as the items that have started succeed.
func TestShardOfItemWorkflowsReopensFasterWithSuccess(t *testing.T) {
	fake := newMapFake(500, 500)
	s := simulateToldShard(t, fake, time.Minute)
	in := shardInputOf(program.ChildWorkflow, standardProcessor(testTask))
	in.Share = 50
	assert.Equal(t, wire.Counts{Succeeded: 500}, s.run(in).Items)
	assert.Less(t, s.Now().Sub(s.began), time.Minute+2*reopeningStep)
	assert.Empty(t, s.starts[0])
}

// One that is told again holds again.
func TestShardOfItemWorkflowsIsToldAgain(t *testing.T) {
	fake := newMapFake(20, 20)
	s := simulateToldShard(t, fake, time.Minute)
	for range 3 { // other processes say the same, or less
		s.RegisterDelayedCallback(func() { s.tell(30 * time.Second) }, 63*time.Second)
	}
	s.RegisterDelayedCallback(func() { s.tell(-time.Second) }, 70*time.Second)
	in := shardInputOf(program.ChildWorkflow, standardProcessor(slowItems))
	in.Share = 20
	assert.Equal(t, wire.Counts{Succeeded: 20}, s.run(in).Items)
	assert.Equal(t, map[int]int{60: 1, 62: 2, 93: 1, 95: 2, 97: 4, 99: 8, 101: 2}, s.starts)
}

// While the service is away, hardly an item is started: each that is finds that
// out, and tells.
func TestShardOfItemWorkflowsWaitsForTheService(t *testing.T) {
	const hold, away = 10 * time.Second, 10 * time.Minute
	fake := newMapFake(300, 300)
	s := simulateToldShard(t, fake, hold)
	fake.call = func(task wire.Task) machine.Outcome {
		if s.Now().Sub(s.began) < away {
			s.tell(hold)
			return machine.Outcome{Failure: fault("Stepwell.CircuitOpen", "")}
		}
		return machine.Outcome{Output: value.True}
	}
	in := shardInputOf(program.ChildWorkflow, standardProcessor(testTask))
	in.Share = 300
	result := s.run(in)
	assert.Equal(t, int64(300), result.Items.Total())
	assert.Equal(t, int64(away/hold), result.Items.Failed+1, "one after each hold")
}

// A run that a worker has begun to whom such signals meant nothing starts items as
// that did.
func TestShardThatWasDeafStaysDeaf(t *testing.T) {
	fake := newMapFake(20, 20)
	s := simulateToldShard(t, fake, time.Minute)
	s.OnGetVersion(heedCircuits, workflow.DefaultVersion, workflow.Version(1)).Return(workflow.DefaultVersion)
	in := shardInputOf(program.ChildWorkflow, standardProcessor(testTask))
	in.Share = 20
	assert.Equal(t, wire.Counts{Succeeded: 20}, s.run(in).Items)
	assert.Equal(t, map[int]int{0: 20}, s.starts)
}

// A shard that nobody tells has no marker of a version in its history.
func TestShardThatIsNotToldAsksForNoVersion(t *testing.T) {
	fake := newMapFake(20, 20)
	s := simulateShard(t, fake, Options{})
	versions := 0
	s.OnGetVersion(heedCircuits, workflow.DefaultVersion, workflow.Version(1)).
		Return(func(string, workflow.Version, workflow.Version) workflow.Version { versions++; return 1 }).Maybe()
	in := shardInputOf(program.ChildWorkflow, standardProcessor(testTask))
	assert.Equal(t, wire.Counts{Succeeded: 20}, s.run(in).Items)
	assert.Zero(t, versions)
}

// A shard that is told while it is stopped gives its items up all the same.
func TestShardOfItemWorkflowsIsStoppedWhileItHolds(t *testing.T) {
	fake := newMapFake(20, 20)
	s := simulateToldShard(t, fake, time.Hour)
	s.RegisterDelayedCallback(s.CancelWorkflow, time.Minute)
	assert.Equal(t, wire.Counts{Pending: 20}, s.run(shardInputOf(program.ChildWorkflow, standardProcessor(testTask))).Items)
	assert.Empty(t, s.starts)
	assert.Less(t, s.Now().Sub(s.began), 2*time.Minute)
}

// Tasks of items with workflows of their own know the shard.
func TestTasksOfItemWorkflowsKnowTheirShard(t *testing.T) {
	fake := newMapFake(5, 5)
	s := simulateShard(t, fake, Options{})
	info := workflow.Execution{}
	s.SetOnChildWorkflowStartedListener(func(i *workflow.Info, _ workflow.Context, _ converter.EncodedValues) {
		info = *i.ParentWorkflowExecution
	})
	s.run(shardInputOf(program.ChildWorkflow, standardProcessor(testTask)))
	assert.Equal(t, map[wire.ShardRun]int{{ID: info.ID, RunID: info.RunID}: 5}, fake.told)
	assert.NotEmpty(t, info.ID)
}

// Others than items tell nobody.
func TestTasksOfExecutionsKnowNoShard(t *testing.T) {
	fake := newMapFake(1, 1)
	s := simulateShard(t, fake, Options{})
	s.ExecuteWorkflow("orders", wire.Execution{
		Definition: wire.Definition{Text: wire.PlainText(testTask), Type: string(program.Standard)},
		Origin:     shardInputOf(program.ChildWorkflow, "").Origin, Input: value.OfInt(1),
	})
	require.NoError(t, s.GetWorkflowError())
	assert.Equal(t, map[wire.ShardRun]int{{}: 1}, fake.told)
}
