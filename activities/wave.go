package activities

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
)

const (
	// waveTime and waveBytes are how long a wave starts Calls, and up to how
	// many bytes of results. What it has not started it hands back.
	waveTime  = time.Second
	waveBytes = 1 << 20
	// waveBeat is shorter than [beat]: what a wave has finished is worth
	// keeping.
	waveBeat = 500 * time.Millisecond
	// waveProbe is how many Calls run as long as the size of their results is
	// not known.
	waveProbe = 8
	// maxProgress bounds the finished outcomes in the heartbeat details: they
	// count against the workflow's mutable state.
	maxProgress = 4 << 10
)

// waves performs waves: several Tasks of one integration at once, one attempt
// each.
type waves struct {
	caller express.Caller
	sizes  *sizes
	// tell sends outcomes to the wave's workflow ahead of the result.
	tell func(context.Context, wire.WaveRest) error
	// ceiling is of what one result may amount to.
	ceiling ceiling
	// declare tells Temporal of suspects; ward keeps others still because of them, nil
	// when there are none.
	declare declaring
	ward    *ward
}

// tellWorkflow tells the run of the workflow that the activity belongs to.
func tellWorkflow(ctx context.Context, rest wire.WaveRest) error {
	run := activity.GetInfo(ctx).WorkflowExecution
	return activity.GetClient(ctx).SignalWorkflow(ctx, run.ID, run.RunID, wire.WaveSignal, rest)
}

// perform is the activity: [wire.Wave] -> [wire.WaveResult]. Its retry does not
// call again what the heartbeat details of a lost attempt hold; after some lost
// attempts it calls nothing again (docs/decisions/0017).
func (w *waves) perform(ctx context.Context, input wire.Wave) (wire.WaveResult, error) {
	told := finishedBefore(ctx)
	v, care := newWave(input, told), waveCareOf(input, told.Losses, attemptOf(ctx))
	if care.enough() && v.wants() {
		return v.giveUp(ctx, care), nil
	}
	kind := kindOf(input)
	v.expected, v.ceiling = w.sizes.of(kind), w.ceiling
	run := w.run
	if care.suspects {
		run = w.runSuspects
	}
	if err := run(ctx, v, care); err != nil {
		return wire.WaveResult{}, err
	}
	w.sizes.saw(kind, v.seen)
	outcomes, beyond := v.returnable()
	for _, part := range beyond {
		if err := w.tell(ctx, wire.WaveRest{Number: input.Number, Done: part}); err != nil {
			logger(ctx).Warn("outcomes of a wave cannot be told; what was called is called again", "outcomes", len(part), "error", err)
		}
	}
	result := wire.WaveResult{Outcomes: outcomes, Slowest: v.slowest, Held: v.held, Hold: v.hold}
	if !care.suspects {
		result.Lost = care.lost
	}
	return result, nil
}

// run makes the Calls of a wave, with heartbeats as long as it lasts.
func (w *waves) run(ctx context.Context, v *wave, care waveCare) error {
	end := beating(ctx, waveBeat, func(parting bool) []any {
		if parting {
			return []any{v.progress(care.excused())}
		}
		return []any{v.progress(care.tells)}
	})
	defer w.admit(ctx)()
	v.run(ctx, w.caller)
	end()
	err := v.broken(ctx)
	if err != nil {
		activity.RecordHeartbeat(ctx, v.progress(care.excused()))
	}
	return err
}

// broken gives the error with which a wave ends that has nothing to give back.
func (v *wave) broken(ctx context.Context) error {
	if err := interrupted(ctx); err != nil {
		return err
	}
	if v.bytes == 0 && stopping(ctx) {
		return handBack()
	}
	return nil
}

// finishedBefore gives the outcomes that an earlier attempt of the wave reported.
func finishedBefore(ctx context.Context) (p wire.WaveProgress) {
	if activity.HasHeartbeatDetails(ctx) {
		if err := activity.GetHeartbeatDetails(ctx, &p); err != nil {
			logger(ctx).Warn("what the wave has finished cannot be read", "error", err)
			return wire.WaveProgress{}
		}
	}
	return p
}

// wave is one wave in progress.
type wave struct {
	tasks       []wire.Task
	concurrency int
	deadline    time.Time

	mu       sync.Mutex
	changed  sync.Cond // an outcome has come
	outcomes []*machine.Outcome
	running  int
	// bytes are those of all outcomes, seen those of the largest one. expected
	// is seen, or what earlier waves have seen; 0 while nothing is known.
	bytes, seen, expected int
	ceiling               ceiling
	slowest               time.Duration
	// held and hold are those of the [wire.WaveResult].
	held []int
	hold time.Duration
}

func newWave(input wire.Wave, done wire.WaveProgress) *wave {
	v := &wave{tasks: input.Tasks, concurrency: max(1, input.Concurrency), outcomes: make([]*machine.Outcome, len(input.Tasks))}
	v.changed.L = &v.mu
	for _, d := range done.Done {
		if d.Place < len(v.outcomes) {
			v.put(d.Place, d.Outcome)
		}
	}
	return v
}

// run starts the Tasks in their order as far as there is room and time, and
// waits for all that it has started.
func (v *wave) run(ctx context.Context, caller express.Caller) {
	v.deadline = time.Now().Add(waveTime)
	v.mu.Lock()
	defer v.mu.Unlock()
	for i, task := range v.tasks {
		if v.outcomes[i] != nil {
			continue
		}
		if !v.room(ctx) {
			break
		}
		v.running++
		go func() {
			started := time.Now()
			outcome, wait := once(ctx, caller, task)
			v.mu.Lock()
			defer v.mu.Unlock()
			v.running--
			v.hold = max(v.hold, wait)
			if wait > 0 && outcome.Failure == nil {
				v.held = append(v.held, i)
				v.changed.Broadcast()
				return
			}
			v.slowest = max(v.slowest, time.Since(started))
			if outcome.Failure == nil || interrupted(ctx) == nil {
				v.put(i, outcome)
			}
			v.changed.Broadcast()
		}()
	}
	for v.running > 0 {
		v.changed.Wait()
	}
}

// room waits until one more Task may run and reports whether it still should.
// Those that run are taken to give results as large as the largest so far, so
// that the results together stay within what an activity can return; as long as
// no size is known, only a few run.
func (v *wave) room(ctx context.Context) bool {
	for v.running >= v.concurrency || v.running > 0 && !v.fits(v.running+1) {
		v.changed.Wait()
	}
	return ctx.Err() == nil && !stopping(ctx) && v.bytes < waveBytes && time.Now().Before(v.deadline)
}

func (v *wave) fits(running int) bool {
	if v.expected == 0 {
		return running <= waveProbe
	}
	return v.bytes+running*v.expected <= v.ceiling.bytes()
}

// put keeps an outcome; the caller holds the lock or is alone.
func (v *wave) put(i int, outcome machine.Outcome) {
	size := outcomeSize(outcome)
	v.outcomes[i] = &outcome
	v.bytes += size
	v.seen = max(v.seen, size)
	v.expected = max(v.expected, size)
}

// returnable gives the outcomes that one result has room for, and in parts of
// the same size those beyond, when many are large: what was called is not to be
// called again.
func (v *wave) returnable() (outcomes []*machine.Outcome, beyond [][]wire.PlacedOutcome) {
	bytes := 0
	for i, outcome := range v.outcomes {
		if outcome == nil {
			continue
		}
		size := outcomeSize(*outcome)
		if bytes > 0 && bytes+size > v.ceiling.bytes() {
			beyond, bytes = append(beyond, nil), 0
		}
		bytes += size
		if last := len(beyond) - 1; last >= 0 {
			beyond[last] = append(beyond[last], wire.PlacedOutcome{Place: i, Outcome: *outcome})
			v.outcomes[i] = nil
		}
	}
	return v.outcomes, beyond
}

// wants reports whether there are Calls without an outcome.
func (v *wave) wants() bool { return slices.Contains(v.outcomes, nil) }

// progress gives the finished outcomes as far as they fit into a heartbeat.
func (v *wave) progress(losses wire.WaveLosses) wire.WaveProgress {
	v.mu.Lock()
	defer v.mu.Unlock()
	p := wire.WaveProgress{Losses: losses}
	bytes := 0
	for i, outcome := range v.outcomes {
		if outcome == nil {
			continue
		}
		if bytes += outcomeSize(*outcome); bytes > maxProgress {
			break
		}
		p.Done = append(p.Done, wire.PlacedOutcome{Place: i, Outcome: *outcome})
	}
	return p
}

// outcomeSize gives about the length of an outcome's JSON text in bytes.
func outcomeSize(o machine.Outcome) int {
	if o.Failure == nil {
		return o.Output.Size() + 32
	}
	text, _ := json.Marshal(o.Failure)
	return len(text) + 32
}
