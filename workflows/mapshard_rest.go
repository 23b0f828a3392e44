package workflows

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

const (
	// frameBytes is what the frame of an execution may have as JSON that is kept
	// for a redrive: together with what else is written it has to stay within a
	// payload.
	frameBytes = 1 << 20
	// unsavedBytes is about what records may have that could not be written and
	// travel with the shard's result. The items of others run again.
	unsavedBytes = 256 << 10
)

// restFrame gives the frame that the redrive of an execution goes on from, nil
// when there is none or when it is too large. An end that the machine does not
// know of becomes the frame's.
func restFrame(execution *machine.Execution, ended wire.Ended) *wire.Text {
	if execution == nil {
		return nil
	}
	frame := *execution.Frame()
	if frame.Status == machine.Running || frame.Status == machine.Succeeded {
		frame.Status, frame.Failure = ended.Status, ended.Failure
	}
	if frame.Root == nil || frame.Redrivable() != nil {
		return nil
	}
	content, err := json.Marshal(&frame)
	if err != nil || len(content) > frameBytes {
		return nil
	}
	text := wire.PlainText(string(content))
	return &text
}

// keepRest puts into the record of an item that has ended what its redrive goes
// on from.
func (s *mapShard) keepRest(item *shardItem) {
	r := item.record
	switch {
	case !s.in.Redrivable:
	case r.Ended.Status == wire.Pending:
		if item.Earlier != nil {
			r.Redrives = item.Earlier.Redrives
		}
	case r.Ended.Status == machine.Succeeded:
		r.Redrives = item.Again()
	default:
		r.Redrives, r.Lasting, r.Frame, r.Run = item.Again(), item.lasting, item.rest.Frame, item.rest.Run
		if r.Frame != nil {
			item.bytes += len(r.Frame.String())
		}
	}
}

// keepRestItem keeps in a run without staging what the redrive of an item goes on
// from. What finds no room cannot be redriven.
func (s *mapShard) keepRestItem(item *shardItem) {
	r := item.record
	rest, ok := r.Rest(item.ItemInput)
	if !ok || !s.in.Redrivable {
		return
	}
	bytes := restBytes(rest)
	if s.state.RecordBytes+bytes > wire.ValueLimit && r.Ended.Status != wire.Pending {
		s.count(*r, -1)
		r.Lasting, r.Frame = true, nil
		s.count(*r, 1)
		return
	}
	r.Frame = nil // it stands in the rest
	s.state.RecordBytes += bytes
	s.state.RestItems = append(s.state.RestItems, rest)
}

// restBytes is about what an execution that is kept comes to in a payload.
func restBytes(in wire.ItemInput) int {
	bytes := recordBytes(wire.Ended{}) + wire.PayloadSize(in.Input)
	if in.Earlier.Frame != nil {
		bytes += len(in.Earlier.Frame.String())
	}
	return bytes
}

// dropRest makes room for records: what has ended cannot be redriven then.
func (s *mapShard) dropRest() {
	s.state.RestItems = slices.DeleteFunc(s.state.RestItems, func(in wire.ItemInput) bool {
		if in.Earlier.Begun() {
			s.state.RecordBytes -= restBytes(in)
			s.state.LastingItems = s.state.LastingItems.Add(countOf(in.Earlier.Status, in.Items))
			s.state.LastingExecutions = s.state.LastingExecutions.Add(countOf(in.Earlier.Status, 1))
		}
		return in.Earlier.Begun()
	})
}

// left gives the items of a shard that could not go on which have not run, or of
// which nothing can be told: these do not count.
func (s *mapShard) left() (left []wire.Stretch) {
	if s.fault == nil || !s.in.Redrivable {
		return nil
	}
	bytes := 0
	s.unsaved = slices.DeleteFunc(s.unsaved, func(r wire.Record) bool {
		size := unsavedRecordBytes(r)
		if r.Ended.Status != wire.Pending && bytes+size <= unsavedBytes {
			bytes += size
			return false
		}
		s.count(r, -1)
		left = append(left, wire.Stretch{From: r.First, To: r.First + r.Items})
		return true
	})
	s.state.RecordBytes += bytes
	if !s.state.Read {
		left = append(left, wire.Stretch{From: s.state.From})
	}
	return joined(left)
}

// unsavedRecordBytes is about what a record that could not be written comes to in a
// payload.
func unsavedRecordBytes(r wire.Record) int {
	bytes := recordBytes(r.Ended)
	if r.Frame != nil {
		bytes += len(r.Frame.String())
	}
	return bytes
}

// joined joins stretches that meet.
func joined(all []wire.Stretch) (joined []wire.Stretch) {
	slices.SortFunc(all, func(a, b wire.Stretch) int { return cmp.Compare(a.From, b.From) })
	for _, s := range all {
		if n := len(joined); n > 0 && joined[n-1].To == s.From {
			joined[n-1].To = s.To
		} else {
			joined = append(joined, s)
		}
	}
	return joined
}
