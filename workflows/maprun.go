package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// mapRun is one Map Run under way (docs/decisions/0007). Everything that it
// remembers stands in its state; the rest follows from it and from what this
// run of the workflow has in flight.
type mapRun struct {
	w  *workflows
	in wire.MapRun
	// own is the workflow's context; ctx outlives its cancellation, since a run
	// that is stopped still collects its shards and writes its results.
	own, ctx workflow.Context
	state    mapRunState

	items  machine.Origin
	item   *wire.Definition
	window window

	budget  budget
	flights flights
	renewal renewal
	// reports, failures and heldReports are the signals of shards.
	reports, failures, heldReports workflow.ReceiveChannel

	planning   bool
	stopPlan   workflow.CancelFunc
	express    workflow.Context // the context of express shards
	stopShards workflow.CancelFunc

	// changed is set when an update has changed the limits, stopped when one wants
	// the run to end, closing when none is taken any more.
	changed bool
	stopped *machine.Failure
	closing bool
	// redrive is set when an update wants executions back that did not succeed,
	// saving while records of before a redrive are being written.
	redrive bool
	saving  bool
	// written is how many executions the results have.
	written int64
	// ended is the run's status once it is over.
	ended machine.Status
}

// mapRun is the workflow of a Map Run. It reports its outcome to the execution
// by a signal; what it returns is for people.
func (w *workflows) mapRun(ctx workflow.Context, in wire.MapRun) (*wire.MapRunDescription, error) {
	m, err := w.newMapRun(ctx, in)
	if err != nil {
		return nil, err
	}
	err = workflow.SetQueryHandlerWithOptions(ctx, wire.MapRunQuery, func() (wire.MapRunDescription, error) {
		return m.description(), nil
	}, workflow.QueryHandlerOptions{Description: "counts of items and executions, and where the run stands"})
	if err != nil {
		return nil, err
	}
	err = workflow.SetQueryHandlerWithOptions(ctx, wire.MapRunRestQuery, m.rest,
		workflow.QueryHandlerOptions{Description: "what is left to do, for a redrive"})
	if err != nil {
		return nil, err
	}
	if err := m.takeUpdates(); err != nil {
		return nil, err
	}
	m.inherit()
	again, err := m.run()
	if err != nil {
		return nil, err
	}
	if again {
		return nil, m.continueAsNew()
	}
	return m.finish()
}

func (w *workflows) newMapRun(ctx workflow.Context, in wire.MapRun) (*mapRun, error) {
	state, err := loadMapRunState(in)
	if err != nil {
		return nil, refusal(machine.ErrorRuntime, "%s", err)
	}
	m := &mapRun{
		w: w, in: in, own: ctx, state: state,
		window:   windowOf(in.Leaf, in.Edition),
		renewal:  renewal{after: w.options.ContinueAfter},
		stopPlan: func() {},
		reports:  workflow.GetSignalChannel(ctx, wire.ShardSignal),
		failures: workflow.GetSignalChannel(ctx, wire.FailuresSignal),

		heldReports: workflow.GetSignalChannel(ctx, wire.HeldSignal),
	}
	m.ctx, _ = workflow.NewDisconnectedContext(ctx)
	m.express, m.stopShards = workflow.WithCancel(m.ctx)
	return m, m.prepare()
}

// prepare takes from the definition what shards need of it.
func (m *mapRun) prepare() error {
	p, err := m.w.programs.Get(m.in.Spec.Definition)
	if err != nil {
		return refusal(machine.ErrorRuntime, "the definition of the Map Run cannot be read: %s", err)
	}
	state, ok := p.State(m.in.Spec.State)
	if !ok || state.Map == nil || state.Map.Distributed == nil {
		return refusal(machine.ErrorRuntime, "the state %q is not a Distributed Map", m.in.Spec.State)
	}
	m.items = machine.NewItems(state, m.in.Spec.Run).Common()
	if m.in.Leaf != program.ExpressBatch {
		item := state.Map.Distributed.Item
		m.item = &wire.Definition{
			Text:      wire.PlainText(item.Definition()),
			Type:      string(item.Type()),
			Processor: item.IsProcessor(),
			Leaf:      m.in.Spec.Definition.Leaf,
		}
	}
	return nil
}

// run goes on until the run is over, or should continue as new.
func (m *mapRun) run() (again bool, err error) {
	for {
		m.receive()
		m.flights.landReady(m.ctx)
		if m.own.Err() != nil {
			m.end(machine.Aborted, machine.Failure{})
		}
		if m.stopped != nil {
			m.end(machine.Aborted, *m.stopped)
		}
		if m.redrive && m.state.Ending == nil {
			m.redrive = false
			m.putBack()
		}
		m.judge()
		m.obey()
		draining := m.state.Ending == nil && m.renewal.due(m.ctx, false)
		if draining {
			m.renewal.drain(m.ctx, &m.flights)
		} else {
			m.save()
			m.plan()
			m.startShards()
		}
		m.tellShards()
		m.show()
		if m.over() {
			return false, nil
		}
		if draining && m.quiet() && m.ready() {
			return true, nil
		}
		if err := m.flights.wait(m.ctx, m.woken); err != nil {
			return false, err
		}
	}
}

// woken reports that there is something to take beside the flights.
func (m *mapRun) woken() bool {
	return m.reports.Len() > 0 || m.failures.Len() > 0 || m.heldReports.Len() > 0 || m.changed || m.own.Err() != nil && m.state.Ending == nil
}

// receive takes the signals that have come.
func (m *mapRun) receive() {
	var result wire.ShardResult
	for m.reports.ReceiveAsync(&result) {
		m.shardEnded(result)
		result = wire.ShardResult{}
	}
	var report wire.FailuresReport
	for m.failures.ReceiveAsync(&report) {
		if shard := m.state.find(report.Number); shard != nil {
			shard.Failed = max(shard.Failed, report.Failed)
		}
	}
	m.receiveHeld()
}

// judge ends the run when too many items have failed.
func (m *mapRun) judge() {
	if m.state.GaveUp || m.state.Tally.exceeded(m.limits().Tolerance, m.state.failing()) {
		m.end(machine.Failed, machine.Fault(machine.ErrorExceedTolerance,
			"The specified tolerated failure threshold was exceeded"))
	}
}

// end lets the run end early: nothing is planned or started any more, and what
// runs is stopped. The first reason counts.
func (m *mapRun) end(status machine.Status, failure machine.Failure) {
	if m.state.Ending != nil {
		return
	}
	m.state.Ending = &mapRunEnding{Status: status, Failure: failure}
	m.stopPlan()
	m.stopShards()
	for _, shard := range m.state.Running {
		m.stopShard(shard)
	}
}

// over reports that nothing is left to run.
func (m *mapRun) over() bool {
	if m.planning || m.saving || len(m.state.Running) > 0 {
		return false
	}
	return m.state.Ending != nil || m.state.Tally.Final && !m.state.waits() && len(m.state.Unsaved) == 0 && !m.redrive
}

// quiet reports that nothing would be lost by continuing as new: no activity
// is in flight, and the start of every shard's workflow is confirmed.
func (m *mapRun) quiet() bool {
	if m.planning || m.saving || m.state.Ending != nil {
		return false
	}
	for _, shard := range m.state.Running {
		if !shard.Started {
			return false
		}
	}
	return true
}

// ready makes room for the input of the next run in this workflow task, takes
// the signals that have come meanwhile, and reports whether to go on there is
// still right: a cancellation that this run has seen is not told to the next.
func (m *mapRun) ready() bool {
	m.budget.spend(m.ctx, wire.ValueLimit)
	m.receive()
	m.judge()
	return m.own.Err() == nil && m.quiet() && !m.changed
}

// continueAsNew gives the error that goes on in a new run.
func (m *mapRun) continueAsNew() error {
	progress, err := m.state.text()
	if err != nil {
		return err
	}
	in := m.in
	in.Progress = progress
	return workflow.NewContinueAsNewError(m.ctx, wire.MapRunWorkflow, in)
}

// finish writes the results, reports the outcome and ends the workflow.
func (m *mapRun) finish() (*wire.MapRunDescription, error) {
	m.closing = true
	ended := m.write()
	m.report(ended)
	m.ended = ended.Status
	m.show()
	if err := errorOf(ended); err != nil {
		return nil, err
	}
	description := m.description()
	return &description, nil
}

// report tells the execution how the run ended. One that is gone does not want
// to know any more.
func (m *mapRun) report(ended wire.Ended) {
	outcome := machine.Outcome{Output: ended.Output, Failure: ended.Failure}
	report := wire.OutcomeReport{Effect: m.in.Report.Effect, Outcome: outcome}
	err := workflow.SignalExternalWorkflow(m.ctx, m.in.Report.WorkflowID, "", wire.OutcomeSignal, report).Get(m.ctx, nil)
	if err != nil {
		workflow.GetLogger(m.ctx).Info("nobody took the outcome of the Map Run", "execution", m.in.Report.WorkflowID, "error", err)
	}
}
