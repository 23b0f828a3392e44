package histories

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/offload"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

// mostBytes is what all files together may have.
const mostBytes = 1 << 20

// TestReplay replays all files.
func TestReplay(t *testing.T) {
	names, err := filepath.Glob("*" + extension)
	require.NoError(t, err)
	require.NotEmpty(t, names)
	there := map[string]bool{}
	bytes := int64(0)
	for _, name := range names {
		there[strings.TrimSuffix(name, extension)] = true
		info, err := os.Stat(name)
		require.NoError(t, err)
		bytes += info.Size()
		t.Run(strings.TrimSuffix(name, extension), func(t *testing.T) {
			t.Parallel()
			r := load(t, name)
			require.NotEmpty(t, r.Histories)
			require.NotEmpty(t, r.About)
			err := r.replay()
			if !strings.HasPrefix(name, "bad-") {
				require.NoError(t, err, r.About)
				return
			}
			require.NotEmpty(t, r.Fails)
			require.ErrorContains(t, err, r.Fails, r.About)
		})
	}
	assert.LessOrEqual(t, bytes, int64(mostBytes))
	for _, s := range scenarios() {
		assert.True(t, there[s.name], "%s has no file: README.md tells how to record it", s.name)
	}
	for _, d := range damages() {
		assert.True(t, there[d.name], "%s has no file: README.md tells how to record it", d.name)
	}
}

// replay replays all histories and gives the first error.
func (r recording) replay() error {
	for _, history := range r.Histories {
		if err := r.replayOne(history); err != nil {
			return fmt.Errorf("%s: %w", kindOf(history), err)
		}
	}
	return nil
}

func (r recording) replayOne(history *historypb.History) error {
	var outputs outputs
	replayer, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{
		DisableDeadlockDetection: true,
		DataConverter:            offload.NewConverter(),
		Interceptors:             []interceptor.WorkerInterceptor{&outputs},
	})
	if err != nil {
		return err
	}
	workflows.Register(replayer, workflows.Options{ContinueAfter: r.ContinueAfter})
	if err := replayer.ReplayWorkflowHistory(log.NewStructuredLogger(slog.New(slog.DiscardHandler)), history); err != nil {
		return err
	}
	return outputs.same(history)
}

// outputs catches what a workflow returns. The replayer does not look at it, nor
// at inputs of activities: these may get further fields.
type outputs struct {
	interceptor.WorkerInterceptorBase
	last any
}

func (o *outputs) InterceptWorkflow(_ workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	return &outputOf{interceptor.WorkflowInboundInterceptorBase{Next: next}, o}
}

type outputOf struct {
	interceptor.WorkflowInboundInterceptorBase
	outputs *outputs
}

func (o *outputOf) ExecuteWorkflow(ctx workflow.Context, in *interceptor.ExecuteWorkflowInput) (any, error) {
	output, err := o.Next.ExecuteWorkflow(ctx, in)
	o.outputs.last = output
	return output, err
}

// same gives an error when an execution that succeeded has another output now.
func (o *outputs) same(history *historypb.History) error {
	ended := history.Events[len(history.Events)-1].GetWorkflowExecutionCompletedEventAttributes()
	if ended == nil || strings.HasPrefix(kindOf(history), "stepwell:") {
		return nil
	}
	var was, is value.Value
	codec := offload.NewConverter()
	again, err := codec.ToPayloads(o.last)
	if err == nil {
		err = errors.Join(codec.FromPayloads(ended.GetResult(), &was), codec.FromPayloads(again, &is))
	}
	if err == nil && was.String() != is.String() {
		err = fmt.Errorf("another output: it was %s and is %s", was, is)
	}
	return err
}

// kindOf gives the type of the workflow.
func kindOf(history *historypb.History) string {
	return history.Events[0].GetWorkflowExecutionStartedEventAttributes().GetWorkflowType().GetName()
}
