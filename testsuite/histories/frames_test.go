package histories

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/audit"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

// TestFrames replays all executions up to each point of their histories: the
// frame is the one that the query would have been answered from there, its event
// ids are those of the events, and at the end of a run that continued as new it
// is the frame that the history has for the next run.
func TestFrames(t *testing.T) {
	names, err := filepath.Glob("*" + extension)
	require.NoError(t, err)
	continued := 0
	for _, name := range names {
		if strings.HasPrefix(name, "bad-") {
			continue
		}
		t.Run(strings.TrimSuffix(name, extension), func(t *testing.T) {
			r := load(t, name)
			for i, history := range r.Histories {
				if strings.HasPrefix(kindOf(history), "stepwell:") {
					continue
				}
				last := r.frames(t, history)
				if i+1 < len(r.Histories) && follows(r.Histories[i+1], history) {
					continued++
					recorded := inputOf(t, r.Histories[i+1]).Frame
					require.NotNil(t, recorded)
					requireHolds(t, parsed(t, last), parsed(t, recorded.String()), "frame")
				}
			}
		})
	}
	assert.GreaterOrEqual(t, continued, 4, "runs that continued as new")
}

// frames checks the frames along one history and gives the last as JSON.
func (r recording) frames(t *testing.T, history *historypb.History) (last string) {
	t.Helper()
	before, found := int64(-1), 0
	for end := range history.Events {
		if amid(history.Events, end) {
			continue
		}
		var asked questions
		options := workflows.Options{ContinueAfter: r.ContinueAfter}
		run := audit.Run{Events: history.Events[:end+1]}
		replayed, err := audit.Replay(run, options)
		require.NoError(t, err)
		if replayed.Frame == nil {
			require.Empty(t, replayed.Events)
			continue
		}
		found++
		frame := replayed.Frame
		if n := len(replayed.Events); n > 0 {
			require.Equal(t, replayed.Events[n-1].ID, frame.LastEvent)
		}
		require.GreaterOrEqual(t, frame.LastEvent, before, "it never goes back")
		before = frame.LastEvent
		text, err := json.Marshal(frame)
		require.NoError(t, err)
		last = string(text)
		require.NoError(t, asked.replay(run.Decided(), options))
		said, err := asked.describe()
		require.NoError(t, err)
		assert.Equal(t, said.Status, frame.Status)
		assert.Equal(t, said.Failure, frame.Failure)
		assert.Equal(t, said.Paths, paths(frame), "at event %d", end+1)
	}
	require.Positive(t, found)
	return last
}

// requireHolds requires all that a frame recorded earlier says; today's may say
// more.
func requireHolds(t *testing.T, now, recorded any, path string) {
	t.Helper()
	switch recorded := recorded.(type) {
	case map[string]any:
		members, ok := now.(map[string]any)
		require.True(t, ok, path)
		for name, was := range recorded {
			requireHolds(t, members[name], was, path+"."+name)
		}
	case []any:
		require.Len(t, now, len(recorded), path)
		for i, was := range recorded {
			requireHolds(t, now.([]any)[i], was, fmt.Sprintf("%s[%d]", path, i))
		}
	default:
		require.Equal(t, recorded, now, path)
	}
}

func parsed(t *testing.T, text string) (v any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&v))
	return v
}

// amid reports that a history does not end at the event: the server writes what
// a workflow task has decided at once.
func amid(events []*historypb.HistoryEvent, end int) bool {
	if end+1 == len(events) || events[end+1].GetWorkflowTaskCompletedEventAttributes() != nil {
		return false
	}
	longer := audit.Run{Events: events[:end+2]}
	return len(longer.Decided()) == end+2
}

// paths are those of the threads that have no children, as people read them.
func paths(frame *machine.Frame) (all []string) {
	var walk func(t *machine.Thread, outer string)
	walk = func(t *machine.Thread, outer string) {
		if t.Children == nil {
			all = append(all, outer+t.State)
			return
		}
		for _, child := range t.Children.Active {
			walk(child, fmt.Sprintf("%s%s[%d] > ", outer, t.State, child.Index))
		}
	}
	if frame.Status == machine.Running {
		walk(frame.Root, "")
	}
	return all
}

// questions takes the answerer of the query from a workflow that is replayed.
type questions struct {
	interceptor.WorkerInterceptorBase
	describe func() (wire.Description, error)
}

func (q *questions) replay(events []*historypb.HistoryEvent, options workflows.Options) error {
	replayer, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{
		DisableDeadlockDetection: true, Interceptors: []interceptor.WorkerInterceptor{q}})
	if err != nil {
		return err
	}
	workflows.Register(replayer, options)
	return replayer.ReplayWorkflowHistory(log.NewStructuredLogger(slog.New(slog.DiscardHandler)), &historypb.History{Events: events})
}

func (q *questions) InterceptWorkflow(_ workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	return &questioned{interceptor.WorkflowInboundInterceptorBase{Next: next}, q}
}

type questioned struct {
	interceptor.WorkflowInboundInterceptorBase
	of *questions
}

func (q *questioned) Init(outbound interceptor.WorkflowOutboundInterceptor) error {
	return q.Next.Init(&answerers{interceptor.WorkflowOutboundInterceptorBase{Next: outbound}, q.of})
}

type answerers struct {
	interceptor.WorkflowOutboundInterceptorBase
	of *questions
}

func (a *answerers) SetQueryHandlerWithOptions(ctx workflow.Context, name string, handler any, options workflow.QueryHandlerOptions) error {
	if name == wire.DescribeQuery {
		a.of.describe, _ = handler.(func() (wire.Description, error))
	}
	return a.Next.SetQueryHandlerWithOptions(ctx, name, handler, options)
}

// follows reports that the run went on from the other.
func follows(run, other *historypb.History) bool {
	started := run.Events[0].GetWorkflowExecutionStartedEventAttributes()
	again := other.Events[len(other.Events)-1].GetWorkflowExecutionContinuedAsNewEventAttributes()
	return again != nil && started.GetOriginalExecutionRunId() == again.GetNewExecutionRunId()
}

func inputOf(t *testing.T, history *historypb.History) (input wire.Execution) {
	t.Helper()
	started := history.Events[0].GetWorkflowExecutionStartedEventAttributes()
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(started.GetInput(), &input))
	return input
}
