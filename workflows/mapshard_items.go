package workflows

import (
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

const (
	// chunkTime bounds one attempt to read a chunk of inputs, or to write a
	// chunk of records.
	chunkTime = 5 * time.Minute
	// segmentBytes is from where on records are written before the shard ends.
	segmentBytes = 512 << 10
	// lineBytes is how many bytes of records may wait for an earlier item to
	// end before no further item is started.
	lineBytes = 4 << 20
)

// chunkOptions are the options of the activities that read and write a shard.
func chunkOptions(summary string) workflow.ActivityOptions {
	return workflow.ActivityOptions{
		StartToCloseTimeout: chunkTime,
		HeartbeatTimeout:    workerHeartbeat,
		RetryPolicy:         patientRetry(),
		Summary:             summary,
	}
}

// read asks for the next chunk when the items at hand run short. A shard that
// is closed reads on to say which items are pending.
func (s *mapShard) read() {
	if !s.wantsChunk() {
		return
	}
	s.reading = true
	s.budget.spendValue(s.ctx, shardBytes(s.in))
	ctx := workflow.WithActivityOptions(s.ctx, chunkOptions("inputs"))
	input := wire.ReadInput{Shard: s.in.Shard, From: s.state.From}
	s.flights.add(workflow.ExecuteActivity(ctx, wire.ReadShardActivity, input), func(f workflow.Future) {
		s.reading = false
		var chunk wire.ReadOutput
		if err := get(ctx, f, &chunk); err != nil {
			s.fail(plumbingFailure(err, machine.ErrorItemReaderFailed))
			return
		}
		for _, input := range chunk.Inputs {
			s.backlog = append(s.backlog, &shardItem{ItemInput: input})
		}
		if chunk.Failure != nil {
			if n := len(chunk.Inputs); n > 0 {
				s.state.From = chunk.Inputs[n-1].First + chunk.Inputs[n-1].Items
			}
			s.fields = s.fault == nil && chunk.FieldsFault
			s.fail(*chunk.Failure)
			return
		}
		s.state.From, s.state.Read = chunk.Next, chunk.Next == 0
	})
}

func (s *mapShard) wantsChunk() bool {
	return !s.reading && !s.state.Read && s.fault == nil && int64(len(s.backlog)) < max(s.share(), 1)
}

// wantsItem reports that an item can be started, or given up.
func (s *mapShard) wantsItem() bool {
	if len(s.backlog) == 0 {
		return false
	}
	return s.closed() || s.running < s.share() && s.leaf.room() && s.lineSize() <= lineBytes && s.turn()
}

// startItems starts items as far as the share goes, or gives all of them up.
func (s *mapShard) startItems() {
	for s.wantsItem() {
		closed := s.closed()
		item := s.backlog[0]
		s.backlog = s.backlog[1:]
		s.line = append(s.line, item)
		s.running++
		if closed {
			s.ended(item, wire.Ended{Status: wire.Pending})
			continue
		}
		item.started = workflow.Now(s.ctx)
		s.state.Rate.Take(item.started, item.Items)
		s.reopening.started()
		s.leaf.start(item)
		s.pace.resumed(s.ctx)
	}
}

// lineSize gives the size of the records that wait to be written.
func (s *mapShard) lineSize() (bytes int) {
	for _, item := range s.line {
		bytes += item.bytes
	}
	return bytes
}

// ended notes how an item ended.
func (s *mapShard) ended(item *shardItem, ended wire.Ended) {
	s.running--
	item.record = &wire.Record{First: item.First, Items: item.Items, Ended: ended}
	item.bytes = recordBytes(ended)
	s.reopening.ended(item)
	s.keepRest(item)
	s.count(*item.record, 1)
}

// count adds so many times what the record counts.
func (s *mapShard) count(r wire.Record, n int64) {
	items, one := countOf(r.Ended.Status, n*r.Items), countOf(r.Ended.Status, n)
	s.state.Items, s.state.Executions = s.state.Items.Add(items), s.state.Executions.Add(one)
	if r.Lasting {
		s.state.LastingItems, s.state.LastingExecutions = s.state.LastingItems.Add(items), s.state.LastingExecutions.Add(one)
	}
}

// countOf counts n of a status.
func countOf(status machine.Status, n int64) (c wire.Counts) {
	switch status {
	case machine.Succeeded:
		c.Succeeded = n
	case machine.TimedOut:
		c.TimedOut = n
	case machine.Aborted:
		c.Aborted = n
	case wire.Pending:
		c.Pending = n
	default:
		c.Failed = n
	}
	return c
}

// recordBytes is about what a record comes to in a payload.
func recordBytes(ended wire.Ended) int {
	bytes := 200 + ended.Output.Size()
	if ended.Failure != nil {
		bytes += ended.Failure.Error.Size() + ended.Failure.Cause.Size()
	}
	return bytes
}

// write writes the records of items that have ended, in the order of items:
// when they are many, or nothing else is going on.
func (s *mapShard) write() {
	ready := slices.IndexFunc(s.line, func(item *shardItem) bool { return item.record == nil })
	if ready < 0 {
		ready = len(s.line)
	}
	if s.in.Shard.Spec.Staging == "" {
		s.keep(s.line[:ready])
		s.mourn(s.line[:ready])
		s.line = s.line[ready:]
		return
	}
	if s.unwritable {
		for _, item := range s.line[:ready] {
			s.unsaved = append(s.unsaved, *item.record)
		}
		s.line = s.line[ready:]
		return
	}
	bytes, n := 0, 0
	for n < ready && bytes < segmentBytes {
		bytes += s.line[n].bytes
		n++
	}
	idle := s.running == 0 && !s.reading
	if n == 0 || s.writing || bytes < segmentBytes && !(idle && n == len(s.line)) {
		return
	}
	var records []wire.Record
	for _, item := range s.line[:n] {
		records = append(records, *item.record)
	}
	s.line = s.line[n:]
	s.send(records, bytes)
}

// send lets an activity write the records.
func (s *mapShard) send(records []wire.Record, bytes int) {
	s.writing = true
	s.budget.spendValue(s.ctx, bytes)
	ctx := workflow.WithActivityOptions(s.ctx, chunkOptions(fmt.Sprintf("records of segment %d", s.state.Segment)))
	input := wire.WriteInput{Shard: s.in.Shard, Origin: s.in.Origin, Segment: s.state.Segment, Records: records, Redrivable: s.in.Redrivable}
	s.state.Segment++
	s.flights.add(workflow.ExecuteActivity(ctx, wire.WriteShardActivity, input), func(f workflow.Future) {
		s.writing = false
		var output wire.WriteOutput
		if err := f.Get(ctx, &output); err != nil {
			s.fail(plumbingFailure(err, machine.ErrorResultWriterFailed))
			if s.in.Redrivable {
				s.unwritable, s.unsaved = true, append(s.unsaved, records...)
			}
			return
		}
		s.state.Parts = append(s.state.Parts, output.Parts...)
		s.state.Rest = append(s.state.Rest, output.Rest...)
		if output.Failure != nil { // the source cannot be read any more
			s.fail(*output.Failure)
			for _, r := range records {
				if s.in.Redrivable && slices.Contains(output.Unwritten, r.First) {
					s.unsaved = append(s.unsaved, r)
				}
			}
		}
	})
}

// keep takes records into the shard's result, which travels as one payload.
func (s *mapShard) keep(items []*shardItem) {
	for _, item := range items {
		s.keepRestItem(item)
		if item.record.Ended.Status == wire.Pending || s.fault != nil {
			continue
		}
		s.state.RecordBytes += item.bytes
		s.state.Records = append(s.state.Records, *item.record)
	}
	if s.state.RecordBytes > wire.ValueLimit && s.fault == nil {
		s.dropRest()
	}
	if s.state.RecordBytes > wire.ValueLimit && s.fault == nil {
		bytes := s.state.RecordBytes
		s.state.Records, s.state.RecordBytes = nil, 0
		s.fail(tooLarge(fmt.Sprintf("The results of shard %d of a Map Run without staging", s.in.Shard.Number), bytes))
	}
}
