package activities

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/seed-a99ddb6e/stepwell/activities/deadletters"
	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/reader"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/activities/staging"
	"github.com/seed-a99ddb6e/stepwell/internal/programs"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// MapDependencies are what the activities of map runs need.
type MapDependencies struct {
	Store objects.Store
	// Staging is the worker's setting STEPWELL_STAGING, s3://bucket/prefix, or "".
	Staging string
	// ValueLimit is what one value may amount to in a payload, in bytes, where
	// large ones go to staging; 0 means wire.ValueLimit.
	ValueLimit int
	Programs   *programs.Cache
	// Caller performs the Tasks of express items.
	Caller express.Caller
	Log    *slog.Logger
	// Ended, unless nil, is told of each execution in an express shard how it
	// ended, with the number of its items; the Origin is what the shard's
	// executions have in common. It is called by many goroutines at once.
	Ended func(items machine.Origin, ended wire.Ended, n int64)
	// States, unless nil, is told how many states of Express executions have
	// ended and how: those of a shard at each heartbeat and at its end, for those
	// executions that Ended was told of. machineName is the one of their Origin.
	States func(machineName string, end StateEnd, n int64)
	// DeadLetters takes a letter for each item that failed or timed out; nil for
	// none. Lettered, unless nil, is told how many it has taken.
	DeadLetters deadletters.Box
	Lettered    func(n int64)
	// SegmentBytes is the size of a part file, FileBytes that of a result file;
	// 0 means 8 MiB and [results.FileLimit].
	SegmentBytes int
	FileBytes    int64
	// JournalEvery is how long what an express item with Tasks has come to may be
	// in memory alone, 0 means 1 second.
	JournalEvery time.Duration
	// SaveEvery is how long an express shard runs before it writes a segment
	// that is not full, and Pause how long it waits at first before it writes
	// again what could not be written; 0 means 5 seconds and 1 second.
	SaveEvery, Pause time.Duration
	// Coordinator is how express shards talk to their Map Run; nil for through the
	// Temporal of their activity.
	Coordinator Coordinator
}

// Maps are the activities of map runs (docs/decisions/0007). What cannot be
// mended by trying again ends an activity for good: as a Failure in a result
// that has one, otherwise as an error of the failure's name that Temporal does
// not retry. Everything else is an ordinary error, and is retried.
type Maps struct {
	MapDependencies
	index *staging.Index
	runs  *staging.Cache[string, *mapRun]

	coordinations coordinations
	ward          ward
}

func (m *Maps) ceiling() ceiling { return ceiling(m.ValueLimit) }

// cachedRuns bounds how many map runs a process has at hand.
const cachedRuns = 64

// NewMaps makes the activities.
func NewMaps(d MapDependencies) *Maps {
	if d.SegmentBytes == 0 {
		d.SegmentBytes = 8 << 20
	}
	d.SaveEvery, d.Pause = cmp.Or(d.SaveEvery, 5*time.Second), cmp.Or(d.Pause, time.Second)
	d.JournalEvery = cmp.Or(d.JournalEvery, time.Second)
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	m := &Maps{MapDependencies: d, index: staging.NewIndex(d.Store), runs: staging.NewCache[string, *mapRun](cachedRuns)}
	m.coordinations = coordinations{of: map[string]*coordination{}, failed: m.unanswered}
	return m
}

// Table gives the activities by their names.
func (m *Maps) Table() map[string]any {
	return map[string]any{
		wire.PlanActivity:         m.Plan,
		wire.ExpressShardActivity: m.RunShard,
		wire.ReadShardActivity:    m.ReadShard,
		wire.WriteShardActivity:   m.WriteShard,
		wire.ResultsActivity:      m.Results,
		wire.StageActivity:        m.Stage,
		wire.FetchActivity:        m.Fetch,
		wire.RestActivity:         m.Rests,
	}
}

// mapRun is a map run at hand: what its specification says, opened.
type mapRun struct {
	spec   wire.MapSpec
	place  staging.Place
	source reader.Reader
	items  *machine.Items
	// item is the ItemProcessor; waits tells that its executions have something
	// to wait for, so that more than one at once makes them faster, and calls that
	// they have Tasks.
	item   *program.Program
	waits  bool
	calls  bool
	format results.Format
	// lenient leaves out items that ItemSelector has no input for.
	lenient bool
}

// open gives the map run that the reference stands for.
func (m *Maps) open(ctx context.Context, ref wire.SpecRef) (*mapRun, error) {
	if ref.Inline != nil {
		return m.prepare(ctx, *ref.Inline, staging.Place{})
	}
	if run, ok := m.runs.Get(ref.Staging); ok {
		return run, nil
	}
	place, err := staging.Parse(ref.Staging)
	if err != nil {
		return nil, err
	}
	spec, err := m.index.Spec(ctx, place)
	if err != nil {
		return nil, m.unstaged(err)
	}
	run, err := m.prepare(ctx, spec, place)
	if err != nil {
		return nil, err
	}
	m.runs.Put(ref.Staging, run)
	return run, nil
}

func (m *Maps) prepare(ctx context.Context, spec wire.MapSpec, place staging.Place) (*mapRun, error) {
	if spec.Definition.Text.Staged() != "" {
		text, err := m.Fetch(ctx, spec.Definition.Text)
		if err != nil {
			return nil, err
		}
		spec.Definition.Text = text
	}
	p, err := m.Programs.Get(spec.Definition)
	if err != nil {
		return nil, faulty(machine.ErrorRuntime, "The definition cannot be run: %s", err)
	}
	state, ok := p.State(spec.State)
	if !ok || state.Map == nil || state.Map.Distributed == nil {
		return nil, faulty(machine.ErrorRuntime, "The definition has no Distributed Map %q.", spec.State)
	}
	source, err := reader.Open(reader.Source{Store: m.Store, Run: spec.Run, Place: place})
	if err != nil {
		return nil, err
	}
	item := state.Map.Distributed.Item
	return &mapRun{
		spec: spec, place: place, source: source, items: machine.NewItems(state, spec.Run),
		item: item, waits: waits(item.Root()), calls: callsTasks(item.Root()), format: results.FormatOf(spec.Run),
	}, nil
}

// waits reports whether a machine has a state that takes time.
func waits(m *program.Machine) bool {
	for _, s := range m.States {
		if s.Task != nil || s.Wait != nil || s.Map != nil && s.Map.Distributed != nil {
			return true
		}
		for _, nested := range s.Machines() {
			if waits(nested) {
				return true
			}
		}
	}
	return false
}

// shard gives the shard that the reference stands for.
func (m *Maps) shard(ctx context.Context, run *mapRun, ref wire.ShardRef) (wire.Shard, error) {
	switch {
	case ref.Inline != nil:
		shard := *ref.Inline
		shard.Only = ref.Only
		return shard, nil
	case ref.Rest != nil:
		rest, err := m.rest(ctx, run, ref.Rest)
		return wire.Shard{Items: itemsOf(rest), Rest: rest, Only: ref.Only}, err
	}
	page, err := m.index.Page(ctx, run.place, ref.Page)
	if err != nil {
		return wire.Shard{}, m.unstaged(err)
	}
	if ref.Place >= len(page.Shards) {
		return wire.Shard{}, fmt.Errorf("page %d of %s has no shard %d", ref.Page, run.place, ref.Place)
	}
	shard := sourced(page.Shards[ref.Place], &page.Source)
	shard.Only = ref.Only
	return shard, nil
}

// sourced gives the shard with what its page knows of the source, unless the
// shard has that of its own.
func sourced(shard wire.Shard, page *wire.Cursor) wire.Shard {
	if shard.Source == nil {
		shard.Source = page
	}
	return shard
}
