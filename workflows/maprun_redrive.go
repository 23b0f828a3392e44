package workflows

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// This file lets executions that did not succeed run again while the Map Run goes
// on, and writes what an earlier redrive could not (docs/decisions/0014).

// redrivable is the number of items that did not succeed and that an update could
// put back now, as far as is known.
func (m *mapRun) redrivable() int64 {
	if !m.in.Redrivable {
		return 0
	}
	return m.state.Rest.Count.Items + m.state.failing()
}

// putBack puts the executions that did not succeed back: at once those of shards
// that have ended, and those of running ones once they end.
func (m *mapRun) putBack() {
	s := &m.state
	s.Again.take(&s.Rest)
	s.settle()
	for _, shard := range s.Running {
		shard.Again, shard.Forgiven = true, shard.Failed
	}
	for _, shard := range s.Running {
		shard.Tolerate = m.tolerates(shard)
		shard.order()
	}
}

// tolerates gives how many failures a running shard may see in all.
func (m *mapRun) tolerates(shard *runningShard) int64 {
	allowed := m.state.Tally.allowance(m.limits().Tolerance, m.state.failing()-shard.failing())
	if allowed < 0 {
		return allowed
	}
	return allowed + shard.Forgiven
}

// forgive puts the executions of a shard that has ended back, leaving its result
// with those that succeeded or cannot be redriven.
func (s *mapRunState) forgive(r *wire.ShardResult) {
	s.Again.add(r.Rest, r.RestItems)
	s.Again.sort()
	r.Rest, r.RestItems = nil, nil
	r.Items = wire.Counts{Succeeded: r.Items.Succeeded}.Add(r.LastingItems)
	r.Executions = wire.Counts{Succeeded: r.Executions.Succeeded}.Add(r.LastingExecutions)
	r.Parts = lastingParts(r.Parts)
	r.Records = slices.DeleteFunc(r.Records, func(record wire.Record) bool {
		return record.Ended.Status != machine.Succeeded && !record.Lasting
	})
}

// upcoming gives the shard to be started next, and what takes it out of those
// that wait.
func (m *mapRun) upcoming() (shard waitingShard, take func()) {
	s := &m.state
	if s.Again.empty() {
		return s.Backlog[0], func() { s.Backlog = s.Backlog[1:] }
	}
	shard, n := s.Again.next(restLimitsOf(m.in.Leaf))
	shard.Number = s.Shards + s.Extra
	return shard, func() {
		s.Again.drop(shard, n)
		s.Extra++
	}
}

// waits reports that shards are still to be started.
func (s *mapRunState) waits() bool { return len(s.Backlog) > 0 || !s.Again.empty() }

// save writes the records that a shard could not write before the redrive.
func (m *mapRun) save() {
	s := &m.state
	if m.saving || s.Ending != nil || len(s.Unsaved) == 0 {
		return
	}
	m.saving = true
	unsaved := s.Unsaved[0]
	bytes := 0
	for _, r := range unsaved.Records {
		bytes += unsavedRecordBytes(r)
	}
	m.budget.spend(m.ctx, bytes)
	ctx := workflow.WithActivityOptions(m.ctx, chunkOptions("records of before the redrive"))
	input := wire.WriteInput{Shard: s.ref(unsaved.Shard), Origin: m.items, Records: unsaved.Records, Redrivable: true}
	m.flights.add(workflow.ExecuteActivity(ctx, wire.WriteShardActivity, input), func(f workflow.Future) {
		m.saving = false
		var output wire.WriteOutput
		if err := get(ctx, f, &output); err != nil {
			m.end(machine.Failed, plumbingFailure(err, machine.ErrorResultWriterFailed))
			return
		}
		s.Unsaved = s.Unsaved[1:]
		s.Parts = append(s.Parts, lastingParts(output.Parts)...)
		s.Again.add(output.Rest, nil)
		s.Again.sort()
		for _, r := range unsaved.Records {
			if r.Lasting {
				s.Lasting = s.Lasting.Add(countOf(r.Ended.Status, r.Items))
				s.LastingExecutions = s.LastingExecutions.Add(countOf(r.Ended.Status, 1))
			}
			if r.Lasting || r.Ended.Status == machine.Succeeded {
				s.Tally.Items = s.Tally.Items.Add(countOf(r.Ended.Status, r.Items))
				s.Tally.Executions = s.Tally.Executions.Add(countOf(r.Ended.Status, 1))
			}
		}
	})
}
