package workflows

import (
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// startShards starts shards as far as the window has room. Starting may wait
// for the end of the workflow task, so everything is looked at again each time.
func (m *mapRun) startShards() {
	s := &m.state
	for s.Ending == nil && s.waits() {
		shard, take := m.upcoming()
		share := m.window.next(m.concurrency(), s.taken(restLimitsOf(m.in.Leaf)), m.need(shard))
		if share == 0 {
			return
		}
		input := m.shardInput(shard, share)
		m.budget.spendValue(m.ctx, shardBytes(input))
		take()
		running := &runningShard{waitingShard: shard, Share: share, Tolerate: input.Tolerate, Rate: input.Rate}
		s.Running = append(s.Running, running)
		if m.in.Leaf == program.ExpressBatch {
			m.startExpress(running, input)
		} else {
			m.startWorkflow(running, input)
		}
	}
}

// need gives how many executions a shard holds at most.
func (m *mapRun) need(shard waitingShard) int64 {
	if n := shard.Redriven.Executions; n > 0 {
		return n
	}
	if b := m.in.Spec.Run.Batcher; b != nil && b.MaxItems > 1 {
		return max((shard.Items+b.MaxItems-1)/b.MaxItems, 1)
	}
	return max(shard.Items, 1)
}

// id gives the workflow's id, which a replay does not know otherwise.
func (m *mapRun) id() string { return wire.MapRunID(m.in.Spec.Run.MapRunArn) }

func (m *mapRun) shardInput(shard waitingShard, share int64) wire.ShardInput {
	return wire.ShardInput{
		Shard:      m.state.ref(shard),
		Leaf:       m.in.Leaf,
		Share:      share,
		Tolerate:   m.state.Tally.allowance(m.limits().Tolerance, m.state.failing()),
		Rate:       m.rate(),
		Definition: m.item,
		Origin:     m.items,
		MapRunID:   m.id(),
		Redrivable: m.in.Redrivable,
		Edition:    m.in.Edition,
	}
}

// shardBytes is about what a shard's input comes to in a payload.
func shardBytes(in wire.ShardInput) (bytes int) {
	if in.Definition != nil {
		bytes += len(in.Definition.Text.String())
	}
	if spec := in.Shard.Spec.Inline; spec != nil {
		bytes += mapRunBytes(wire.MapRun{Spec: *spec})
	}
	if in.Shard.Inline != nil {
		for _, item := range in.Shard.Inline.Inline {
			bytes += item.Size()
		}
		for _, item := range in.Shard.Inline.Rest {
			bytes += restBytes(item)
		}
	}
	return bytes
}

// shardTime bounds one attempt at an express shard. Items end after five
// minutes each; a worker that is lost is seen by its heartbeat.
const shardTime = 7 * 24 * time.Hour

// longestShardPause is the longest pause between two attempts. Nobody is hammered by
// more of them: stores are waited for inside an attempt, and a worker is lost no more
// often than Temporal finds out. An item that takes workers down is found sooner.
const longestShardPause = 10 * time.Second

// startExpress runs a shard in one activity. It is repeated until it comes to
// an end: what it cannot mend is an error that is not repeated.
func (m *mapRun) startExpress(shard *runningShard, input wire.ShardInput) {
	ctx := workflow.WithActivityOptions(m.express, workflow.ActivityOptions{
		StartToCloseTimeout: shardTime,
		HeartbeatTimeout:    workerHeartbeat,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: longestShardPause},
		WaitForCancellation: true,
		Summary:             shard.summary(),
		// Shards are for all workers, not for the one that has the Map Run's workflow.
		DisableEagerExecution: shard.Number > 0,
	})
	m.flights.add(workflow.ExecuteActivity(ctx, wire.ExpressShardActivity, input), func(f workflow.Future) {
		var result wire.ShardResult
		switch err := f.Get(ctx, &result); {
		case err == nil:
			result.Number = shard.Number
			m.shardEnded(result)
		case temporal.IsCanceledError(err):
			m.shardSkipped(shard, nil)
		default:
			failure := plumbingFailure(err, machine.ErrorTaskFailed)
			m.shardSkipped(shard, &failure)
		}
	})
}

// startWorkflow runs a shard in a workflow. It outlives a run of the Map Run
// that continues as new, hence reports by a signal; as long as this run lasts
// its end as a child is seen too, in case it ends without a report.
func (m *mapRun) startWorkflow(shard *runningShard, input wire.ShardInput) {
	ctx := workflow.WithChildOptions(m.ctx, workflow.ChildWorkflowOptions{
		WorkflowID:            wire.ShardID(input.MapRunID, shard.Number),
		WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		ParentClosePolicy:     enumspb.PARENT_CLOSE_POLICY_ABANDON,
		WaitForCancellation:   true,
		StaticSummary:         shard.summary(),
		Memo:                  map[string]any{wire.KindMemo: "shard"},
	})
	child := workflow.ExecuteChildWorkflow(ctx, wire.MapShardWorkflow, input)
	m.flights.add(child.GetChildWorkflowExecution(), func(f workflow.Future) {
		if f.Get(m.ctx, nil) != nil {
			return // the child's own future tells
		}
		shard.Started = true
		if m.state.Ending != nil {
			m.stopShard(shard)
		}
	})
	m.flights.add(child, func(f workflow.Future) {
		err := f.Get(m.ctx, nil)
		m.receive() // its report has come before its end
		if m.state.find(shard.Number) == shard {
			failure := m.lostShard(shard, err)
			m.shardSkipped(shard, &failure)
		}
	})
}

// inherit looks after the shards that an earlier run of the Map Run has
// started: this one does not see their end as children.
func (m *mapRun) inherit() {
	for _, shard := range m.state.Running {
		watch(m.ctx, &m.flights, watched{
			id: wire.ShardID(m.id(), shard.Number),
			over: func() bool {
				m.receive()
				return m.state.find(shard.Number) != shard
			},
			lost: func() {
				failure := m.lostShard(shard, nil)
				m.shardSkipped(shard, &failure)
			},
		})
	}
}

// lostShard gives the failure of a shard's workflow that ended without a report.
func (m *mapRun) lostShard(shard *runningShard, err error) machine.Failure {
	var terminated *temporal.TerminatedError
	how := "ended without a report"
	switch {
	case errors.As(err, &terminated):
		how = "was terminated"
	case err != nil:
		how = "failed: " + failureOf(err).String()
	}
	return machine.Fault(machine.ErrorTaskFailed, fmt.Sprintf("Shard %d of the Map Run (%s) %s.", shard.Number, shard.summary(), how))
}

// stopShard asks the workflow of a shard to end. It reports all the same. One
// that is not known to exist yet is asked later; an activity has its context.
func (m *mapRun) stopShard(shard *runningShard) {
	if !shard.Started {
		return
	}
	m.budget.spend(m.ctx, 0)
	workflow.RequestCancelExternalWorkflow(m.ctx, wire.ShardID(m.id(), shard.Number), "")
}

// shardEnded takes the result of a shard; the second of two is ignored.
func (m *mapRun) shardEnded(r wire.ShardResult) {
	s := &m.state
	shard := s.end(r.Number)
	if shard == nil {
		return
	}
	if m.in.Redrivable && s.Ref != nil {
		if shard.Again && s.Ending == nil && r.Failure == nil {
			s.forgive(&r)
		}
		s.keepRest(shard.waitingShard, &r)
	}
	s.Done++
	s.Tally.add(r)
	s.GaveUp = s.GaveUp || r.Items.Pending > 0 && r.Failure == nil && s.Ending == nil
	s.owe(r.Debt, workflow.Now(m.ctx))
	s.Parts = append(s.Parts, r.Parts...)
	for _, record := range r.Records {
		s.RecordBytes += record.Ended.Output.Size()
		s.Records = append(s.Records, record)
	}
	if r.Failure != nil {
		first := s.Ending == nil
		m.end(machine.Failed, *r.Failure)
		s.Ending.FieldsFault = first && r.FieldsFault || s.Ending.FieldsFault
	}
	if s.RecordBytes > wire.ValueLimit {
		m.end(machine.Failed, tooLarge("The output of the Map Run", s.RecordBytes))
	}
}

// shardSkipped notes a shard of which nothing is known to have run; a failure
// ends the run.
func (m *mapRun) shardSkipped(shard *runningShard, failure *machine.Failure) {
	s := &m.state
	if s.end(shard.Number) == nil {
		return
	}
	s.Skipped = append(s.Skipped, shard.waitingShard)
	s.SkippedExecutions += m.need(shard.waitingShard)
	if failure != nil {
		m.end(machine.Failed, *failure)
	}
}
