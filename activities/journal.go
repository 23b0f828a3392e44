package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/seed-a99ddb6e/stepwell/activities/deadletters"
	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// journalBytes bounds the records in a journal: what is more becomes a part.
const journalBytes = 512 << 10

// journal is what an express shard has behind it, the records that no part
// holds yet among it. It is written again and again while the shard runs, in one
// piece, so that an attempt after a lost worker calls again what was under way
// and what had ended since then, and nothing else. Heartbeat details would not do:
// they count against the workflow's mutable state and have no room for records.
//
// Each attempt has its own. An attempt that was given up and still writes does
// not disturb the next, which has read what it goes on from.
type journal struct {
	// Progress is that of everything, Records are those beyond its Parts.
	Progress progress         `json:"progress"`
	Records  *results.Segment `json:"records"`
	// Letters are those that are not in the box, of the same executions.
	Letters []deadletters.Letter `json:"letters,omitempty"`
}

// journals reports whether the shard keeps a journal: when its items call Tasks,
// for other states may run again, or when what has run must not be suspected again.
func (r *shardRun) journals() bool {
	return (r.run.calls || r.careful()) && !r.run.place.IsZero()
}

// keepJournal writes the journal from time to time, until end is called.
func (r *shardRun) keepJournal(own context.Context) (end func()) {
	if !r.journals() {
		return func() {}
	}
	ended := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		ticker := time.NewTicker(r.maps.JournalEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ended:
				return
			case <-ticker.C:
				r.flushing.Lock()
				r.writeJournal(own)
				r.flushing.Unlock()
			}
		}
	})
	return func() {
		close(ended)
		running.Wait()
	}
}

// writeJournal writes the journal when there is news. One that cannot be written
// costs no more than a later one. It needs the lock for flushing: between segment
// and parts, records are in neither.
func (r *shardRun) writeJournal(own context.Context) {
	r.mu.Lock()
	done := r.now.Done.len()
	if done == r.journaled || r.lost != nil {
		r.mu.Unlock()
		return
	}
	j := journal{Progress: r.now, Records: r.segment.Clone(), Letters: slices.Clone(r.letters)}
	j.Progress.Done = r.now.Done.clone()
	r.mu.Unlock()
	text, err := json.Marshal(j)
	if err == nil {
		err = r.maps.Store.Put(own, r.run.place.Journal(r.in.Shard.Number, r.attempt), text)
	}
	if err != nil {
		r.maps.Log.Warn("the journal of a shard cannot be written now", "mapRun", r.in.MapRunID, "shard", r.in.Shard.Number, "error", err)
		return
	}
	r.journaled = done
}

// readJournal goes on from the journal of the attempts before, when it has more
// than what this one goes on from.
func (r *shardRun) readJournal(ctx context.Context) error {
	if r.attempt == 1 || !r.journals() {
		return nil
	}
	j, err := r.lastJournal(ctx)
	if err != nil {
		return r.maps.unstaged(err)
	}
	if j.Progress.Done.len() <= r.now.Done.len() {
		return nil
	}
	saved := r.saved.Load() // what parts alone hold
	r.resume(j.Progress)
	r.saved.Store(saved)
	r.letters, r.letterBytes = j.Letters, deadletters.Size(j.Letters)
	if j.Records != nil {
		j.Records.Format = r.run.format
		r.segment = j.Records
	}
	return nil
}

// lastJournal gives the journal of the latest attempt that has one.
func (r *shardRun) lastJournal(ctx context.Context) (j journal, err error) {
	prefix := r.run.place.Journals(r.in.Shard.Number)
	page, err := r.maps.Store.List(ctx, objects.Listing{Location: prefix, Prefix: prefix.Key})
	if err != nil || len(page) == 0 {
		return j, err
	}
	at := prefix.At(page[len(page)-1].Key)
	text, err := objects.Load(ctx, r.maps.Store, at)
	if err != nil {
		return j, err
	}
	if err := json.Unmarshal(text, &j); err != nil {
		return j, fmt.Errorf("the journal %s cannot be read: %w", at, err)
	}
	return j, nil
}

// callsTasks reports whether a machine has a Task.
func callsTasks(m *program.Machine) bool {
	for _, s := range m.States {
		if s.Task != nil {
			return true
		}
		for _, nested := range s.Machines() {
			if callsTasks(nested) {
				return true
			}
		}
	}
	return false
}
