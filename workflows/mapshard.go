package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// mapShard is one shard of a Map Run under way, of a leaf whose items run in
// workflows. It reads inputs in bounded chunks, runs at most its share of items
// at once, and writes records in the order of items.
type mapShard struct {
	in wire.ShardInput
	// own is the workflow's context; ctx outlives its cancellation, since a
	// shard that is stopped still writes and reports what it has.
	own, ctx workflow.Context
	state    mapShardState
	leaf     itemRunner

	budget  budget
	flights flights
	renewal renewal
	passage passage
	pace    pace

	// backlog are items that have been read and not started, line those that
	// have been started (or given up) and not written, both in order.
	backlog, line []*shardItem
	running       int64
	reading       bool
	writing       bool
	// dead are records of executions whose letters have to go out.
	dead   []wire.Record
	alarm  alarm
	limits shardLimits
	// reopening is of what whom the items call is away for.
	reopening reopening
	// stopped is set when the Map Run wants the shard to end, fault when it
	// cannot go on.
	stopped bool
	fault   *machine.Failure
	// fields tells that the fault is of the state's own fields.
	fields bool
	// unsaved are records that could not be written.
	unsaved    []wire.Record
	unwritable bool
}

// shardItem is an item, or a batch, of a shard.
type shardItem struct {
	wire.ItemInput
	// record stands when the item has ended; bytes is about its size.
	record *wire.Record
	bytes  int
	// started is when the item was, zero before.
	started time.Time
	// rest is, of one that did not succeed, where it stood; lasting tells that it
	// cannot be redriven.
	rest    wire.ItemRest
	lasting bool
}

// itemRunner runs the items of a shard: packed into the shard's workflow, or
// as workflows of their own. Each item that it starts ends once, by
// mapShard.ended.
type itemRunner interface {
	// room reports that one more item can be started now.
	room() bool
	start(*shardItem)
	// flush sets off what the items have asked for.
	flush()
	// abort ends all items early.
	abort()
}

// mapShard is the workflow of a shard. It reports its result to the Map Run by
// a signal; what it returns is for people.
func (w *workflows) mapShard(ctx workflow.Context, in wire.ShardInput) (*wire.Counts, error) {
	s := &mapShard{in: in, own: ctx, renewal: renewal{after: w.options.ContinueAfter}, passage: w.passage()}
	s.limits.channel = workflow.GetSignalChannel(ctx, wire.LimitsSignal)
	s.reopening.channel = workflow.GetSignalChannel(ctx, wire.CircuitSignal)
	s.ctx, _ = workflow.NewDisconnectedContext(ctx)
	if err := s.prepare(w); err != nil {
		return nil, err
	}
	if s.run() {
		return nil, s.continueAsNew()
	}
	s.report()
	return &s.state.Items, nil
}

func (s *mapShard) prepare(w *workflows) (err error) {
	if s.state, err = loadMapShardState(s.in); err != nil {
		return refusal(machine.ErrorRuntime, "%s", err)
	}
	if err = s.answer(); err != nil {
		return err
	}
	if s.in.Definition == nil {
		return refusal(machine.ErrorRuntime, "the shard has no definition of its items")
	}
	if s.in.Leaf == program.ChildWorkflow {
		s.leaf = newItemWorkflows(s)
		return nil
	}
	p, err := w.program(s.ctx, *s.in.Definition)
	if err != nil {
		return err
	}
	packed := newPacked(s, p)
	packed.sink = w.sink
	packed.meter = w.meter(s.ctx, s.in.Origin)
	s.leaf = packed
	return nil
}

// run goes on until the shard is over, or should continue as new.
func (s *mapShard) run() (again bool) {
	for {
		if s.own.Err() != nil {
			s.stop()
		}
		s.obey()
		draining := !s.closed() && s.renewal.due(s.ctx, s.pace.tired())
		if draining {
			s.renewal.drain(s.ctx, &s.flights)
		} else {
			s.read()
			s.startItems()
		}
		s.leaf.flush()
		s.write()
		if s.busy(draining) {
			continue
		}
		s.alarm.sound(s)
		s.tellHeld()
		s.awaitTurn()
		s.show()
		if s.over() {
			return false
		}
		if draining && s.quiet() && s.ready() {
			return true
		}
		_ = s.flights.wait(s.ctx, s.woken) // the context is never cancelled
		s.flights.landReady(s.ctx)
		s.pace.rested()
	}
}

// busy reports that there is something to do without waiting: items may end the
// moment they are started.
func (s *mapShard) busy(draining bool) bool {
	return !draining && (s.wantsChunk() || s.wantsItem()) || s.running == 0 && len(s.line) > 0 && !s.reading && !s.writing
}

func (s *mapShard) woken() bool {
	return s.own.Err() != nil && !s.stopped || s.limits.channel.Len() > 0
}

// closed reports that no item is started any more: those that are left will be
// pending.
func (s *mapShard) closed() bool { return s.stopped || s.fault != nil || s.intolerable() }

// intolerable reports that more items have failed than the shard may see.
func (s *mapShard) intolerable() bool {
	tolerate := s.tolerate()
	return tolerate >= 0 && s.state.Items.Unsuccessful() > tolerate
}

// stop ends the shard early because the Map Run wants it to.
func (s *mapShard) stop() {
	if !s.stopped {
		s.stopped = true
		s.leaf.abort()
	}
}

// fail ends the shard early because it cannot go on.
func (s *mapShard) fail(f machine.Failure) {
	if s.fault == nil {
		s.fault = &f
		s.leaf.abort()
	}
}

// over reports that every item has ended and is written.
func (s *mapShard) over() bool {
	return (s.state.Read || s.fault != nil) && !s.reading && len(s.backlog) == 0 && s.quiet()
}

// quiet reports that nothing is in flight that another run could not repeat.
func (s *mapShard) quiet() bool {
	return s.running == 0 && len(s.line) == 0 && len(s.dead) == 0 && !s.reading && !s.writing && !s.alarm.sounding && !s.limits.owes()
}

// ready makes room for the input of the next run in this workflow task and
// reports whether to go on there is still right: a cancellation that this run
// has seen is not told to the next.
func (s *mapShard) ready() bool {
	s.budget.spend(s.ctx, wire.ValueLimit)
	s.obey()
	return s.own.Err() == nil && s.quiet()
}

// continueAsNew gives the error that goes on in a new run, which reads again
// what has not been started.
func (s *mapShard) continueAsNew() error {
	if len(s.backlog) > 0 {
		s.state.From, s.state.Read = s.backlog[0].First, false
	}
	in := s.in
	var err error
	if in.Progress, err = s.state.text(); err != nil {
		return err
	}
	return workflow.NewContinueAsNewError(s.ctx, wire.MapShardWorkflow, in)
}

// report tells the Map Run how the shard ended. One that is gone does not want
// to know any more.
func (s *mapShard) report() {
	left := s.left()
	result := wire.ShardResult{
		Number:     s.in.Shard.Number,
		Items:      s.state.Items,
		Executions: s.state.Executions,
		Parts:      s.state.Parts,
		Records:    s.state.Records,
		Failure:    s.fault,
		Debt:       s.debt(),

		Rest:              s.state.Rest,
		RestItems:         s.state.RestItems,
		LastingItems:      s.state.LastingItems,
		LastingExecutions: s.state.LastingExecutions,
		Left:              left,
		FieldsFault:       s.fields,
	}
	result.Records = append(result.Records, s.unsaved...)
	s.budget.spend(s.ctx, s.state.RecordBytes)
	err := workflow.SignalExternalWorkflow(s.ctx, s.in.MapRunID, "", wire.ShardSignal, result).Get(s.ctx, nil)
	if err != nil {
		workflow.GetLogger(s.ctx).Info("nobody took the result of the shard", "mapRun", s.in.MapRunID, "shard", s.in.Shard.Number, "error", err)
	}
}

// show puts where the shard stands on Temporal's Web UI.
func (s *mapShard) show() {
	c := s.state.Executions
	workflow.SetCurrentDetails(s.ctx, fmt.Sprintf("%d succeeded, %d failed, %d timed out, %d aborted, %d running",
		c.Succeeded, c.Failed, c.TimedOut, c.Aborted, s.running))
}

// alarmPause is how long failures gather before they are told again.
const alarmPause = 5 * time.Second

// alarm tells the Map Run of failures while the shard runs: of the first at
// once, of further ones from time to time.
type alarm struct {
	told     int64
	at       time.Time
	sounding bool
}

func (a *alarm) sound(s *mapShard) {
	failed, now := s.state.Items.Unsuccessful(), workflow.Now(s.ctx)
	ending := s.running == 0 && len(s.backlog) == 0 && (s.state.Read || s.closed()) // the result tells soon
	if failed == a.told || a.sounding || ending || a.told > 0 && now.Sub(a.at) < alarmPause {
		return
	}
	a.told, a.at, a.sounding = failed, now, true
	s.budget.spend(s.ctx, 0)
	report := wire.FailuresReport{Number: s.in.Shard.Number, Failed: failed}
	s.flights.add(workflow.SignalExternalWorkflow(s.ctx, s.in.MapRunID, "", wire.FailuresSignal, report), func(workflow.Future) {
		a.sounding = false
	})
}
