package workflows

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// unsavedRecords are records of a shard that could not be written.
type unsavedRecords struct {
	Shard   waitingShard  `json:"shard"`
	Records []wire.Record `json:"records"`
	// Counted tells that the tally has them.
	Counted bool `json:"counted,omitempty"`
}

// unsavedLimit bounds all of them in bytes: they travel with what a redrive goes
// on from. The items of others run again.
const unsavedLimit = 512 << 10

// keepRest takes from the result of a shard what a redrive needs of it, and what
// the shard has left.
func (s *mapRunState) keepRest(shard waitingShard, r *wire.ShardResult) {
	s.Rest.add(r.Rest, s.bounded(r))
	s.Lasting = s.Lasting.Add(r.LastingItems)
	s.LastingExecutions = s.LastingExecutions.Add(r.LastingExecutions)
	left := r.Left
	if s.Ref.Staging != "" && len(r.Records) > 0 {
		bytes := 0
		for _, record := range r.Records {
			bytes += unsavedRecordBytes(record)
		}
		if s.UnsavedBytes+bytes <= unsavedLimit {
			s.UnsavedBytes += bytes
			s.Unsaved = append(s.Unsaved, unsavedRecords{shard, r.Records, true})
		} else {
			for _, record := range r.Records {
				left = append(left, wire.Stretch{From: record.First, To: record.First + record.Items})
				r.Items = r.Items.Add(countOf(record.Ended.Status, -record.Items))
				r.Executions = r.Executions.Add(countOf(record.Ended.Status, -1))
				if record.Lasting {
					s.Lasting = s.Lasting.Add(countOf(record.Ended.Status, -record.Items))
					s.LastingExecutions = s.LastingExecutions.Add(countOf(record.Ended.Status, -1))
				}
			}
			left = joined(left)
		}
		r.Records = nil
	}
	if len(left) == 0 {
		return
	}
	shard.Only = common(shard.Only, left)
	shard.Items = max(shard.Items-r.Items.Total(), 0)
	shard.Redriven = restCount{} // some of its executions are not among them
	s.Skipped = append(s.Skipped, shard)
}

// restLimit is what executions of a run without staging may amount to, in bytes,
// that are kept for a redrive: they travel with what it goes on from.
const restLimit = 1 << 20

// bounded gives those executions of a shard without staging for which there is
// room. Others that have ended cannot be redriven.
func (s *mapRunState) bounded(r *wire.ShardResult) (kept []wire.ItemInput) {
	bytes := 0
	for _, q := range []restQueue{s.Rest, s.Again} {
		for _, in := range q.Items {
			bytes += restBytes(in)
		}
	}
	for _, in := range r.RestItems {
		size := restBytes(in)
		if bytes+size > restLimit && in.Earlier.Begun() {
			r.LastingItems = r.LastingItems.Add(countOf(in.Earlier.Status, in.Items))
			r.LastingExecutions = r.LastingExecutions.Add(countOf(in.Earlier.Status, 1))
			continue
		}
		bytes += size
		kept = append(kept, in)
	}
	return kept
}

// common gives what two lists of stretches have in common; nil is everything.
func common(a, b []wire.Stretch) (both []wire.Stretch) {
	if a == nil {
		return b
	}
	for _, x := range a {
		for _, y := range b {
			from, to := max(x.From, y.From), x.To
			if to == 0 || y.To != 0 && y.To < to {
				to = y.To
			}
			if to == 0 || from < to {
				both = append(both, wire.Stretch{From: from, To: to})
			}
		}
	}
	return both
}

// kept reports whether something is known of all items that did not succeed.
func (s *mapRunState) kept() bool {
	known := s.Rest.Count.Items + s.Lasting.Total()
	for _, u := range s.Unsaved {
		for _, r := range u.Records {
			if u.Counted && r.Ended.Status != machine.Succeeded && !r.Lasting {
				known += r.Items
			}
		}
	}
	return known == s.Tally.Items.Total()-s.Tally.Items.Succeeded
}

// rest tells whether the run, which has ended, can go on, and from where. One
// that had not planned anything begins anew; one whose own fields, or too large
// data, ended it is replaced by a new one (AWS, "Redriving Map Runs").
func (m *mapRun) rest() (wire.MapRunRest, error) {
	rest := wire.MapRunRest{MapRunArn: m.in.Spec.Run.MapRunArn, Started: m.in.Spec.Started}
	s := &m.state
	switch {
	case m.ended == "":
		rest.Reason = "it was terminated"
	case s.Ref == nil:
	case s.Ending != nil && s.Ending.startsOver():
		rest.Replaced = true
	case !s.kept():
		rest.Reason = fmt.Sprintf("%d of its %d items did not succeed, and nothing was kept of them",
			s.Tally.Total-s.Tally.Items.Succeeded, s.Tally.Total)
	default:
		next := s.again()
		rest.Items = next.Tally.Total - next.Tally.Items.Total()
		var err error
		rest.Progress, err = next.text()
		return rest, err
	}
	return rest, nil
}

// startsOver reports that a redrive begins with all items.
func (e *mapRunEnding) startsOver() bool {
	return e.Status == machine.Failed && (e.FieldsFault || e.Failure.Name() == machine.ErrorDataLimitExceeded)
}

// again gives the state that a redrive begins with: what succeeded stays, all else
// is to be run, under numbers of shards that no earlier one had.
func (s *mapRunState) again() mapRunState {
	next := *s
	next.Ending, next.GaveUp, next.Manifest, next.Turn, next.Debts = nil, false, "", time.Time{}, nil
	if s.Limits != nil && s.Limits.Paused {
		limits := *s.Limits
		limits.Paused = false
		next.Limits = &limits
	}
	next.Rest, next.Again = restQueue{}, restQueue{}
	next.Again.add(s.Again.Parts, s.Again.Items)
	next.Again.add(s.Rest.Parts, s.Rest.Items)
	next.Again.sort()
	next.Skipped, next.SkippedExecutions = nil, 0
	next.Backlog = nil
	for _, shard := range s.Skipped {
		shard.Number = next.number()
		next.Backlog = append(next.Backlog, shard)
	}
	next.Backlog = append(next.Backlog, s.Backlog...)
	slices.SortStableFunc(next.Backlog, func(a, b waitingShard) int { return cmp.Compare(a.First, b.First) })
	next.Unsaved = nil
	for _, u := range s.Unsaved {
		u.Shard.Number = next.number()
		counted := u.Counted
		u.Counted = false
		next.Unsaved = append(next.Unsaved, u)
		for _, r := range u.Records {
			if !counted {
				break
			}
			next.Tally.Items = next.Tally.Items.Add(countOf(r.Ended.Status, -r.Items))
			next.Tally.Executions = next.Tally.Executions.Add(countOf(r.Ended.Status, -1))
			if r.Lasting {
				next.Lasting = next.Lasting.Add(countOf(r.Ended.Status, -r.Items))
				next.LastingExecutions = next.LastingExecutions.Add(countOf(r.Ended.Status, -1))
			}
		}
	}
	next.settle()
	return next
}

// number gives a number that no shard has.
func (s *mapRunState) number() int {
	s.Extra++
	return s.Shards + s.Extra - 1
}

// settle leaves of what has ended what succeeded, and what cannot be redriven.
func (s *mapRunState) settle() {
	s.Tally.Items = wire.Counts{Succeeded: s.Tally.Items.Succeeded}.Add(s.Lasting)
	s.Tally.Executions = wire.Counts{Succeeded: s.Tally.Executions.Succeeded}.Add(s.LastingExecutions)
	s.Parts = lastingParts(s.Parts)
	s.Records = slices.DeleteFunc(slices.Clone(s.Records), func(r wire.Record) bool {
		return r.Ended.Status != machine.Succeeded && !r.Lasting
	})
}

// lastingParts leaves out those of executions that are redriven.
func lastingParts(parts wire.Parts) wire.Parts {
	return slices.DeleteFunc(slices.Clone(parts), func(p wire.Part) bool {
		return p.Category == wire.FailedFile || p.Category == wire.PendingFile
	})
}
