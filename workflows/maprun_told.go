package workflows

import (
	"cmp"
	"slices"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// tellRest tells where those stand whom a redrive would run: the files of those
// that were started, and the indexes of those that were not.
func (m *mapRun) tellRest(d *wire.MapRunDescription) {
	s := &m.state
	parts, waits := s.Rest.Parts, s.Backlog
	if d.Status != machine.Running {
		parts, waits = slices.Concat(s.Rest.Parts, s.Again.Parts), slices.Concat(s.Skipped, s.Backlog)
	}
	d.Rest = parts[:min(len(parts), shownParts)]
	if d.RedriveCount > 0 || d.Status != machine.Running {
		d.PendingIn = stretchesOf(waits)
	}
}

// scattered reports that the shard's items do not follow each other.
func (s *waitingShard) scattered() bool {
	return s.Only != nil || s.Rest != nil || s.Inline != nil && s.Inline.Rest != nil
}

// stretchesOf gives the items of shards that have not been started and are not
// redriven, as many stretches as a description tells.
func stretchesOf(shards []waitingShard) []wire.Stretch {
	all := []wire.Stretch{}
	for i := range shards {
		shard := &shards[i]
		switch {
		case shard.Rest != nil || shard.Inline != nil && shard.Inline.Rest != nil:
		case shard.Only != nil:
			left := shard.Items
			for _, one := range shard.Only {
				if one.To == 0 {
					one.To = one.From + left
				}
				left -= one.To - one.From
				all = append(all, one)
			}
		default:
			all = append(all, wire.Stretch{From: shard.First, To: shard.First + shard.Items})
		}
	}
	slices.SortFunc(all, func(a, b wire.Stretch) int { return cmp.Compare(a.From, b.From) })
	merged := all[:0]
	for _, s := range all {
		if n := len(merged); n > 0 && merged[n-1].To == s.From {
			merged[n-1].To = s.To
			continue
		}
		merged = append(merged, s)
	}
	return merged[:min(len(merged), shownParts)]
}

// waitingItem gives an item that has not been started, or waits for its redrive.
func waitingItem(in wire.ItemInput) wire.ShardItem {
	one := wire.ShardItem{First: in.First, Items: in.Items, Status: in.Waits()}
	if e := in.Earlier; e != nil {
		one.Started, one.Stopped, one.Error, one.Cause, one.Redrives = e.Started, e.Stopped, e.Error, e.Cause, e.Redrives
	}
	return one
}
