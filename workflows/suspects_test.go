package workflows

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// killing plays workers that some Calls take down, as the activity of waves sees them.
type killing struct {
	*mapFake
	t     *testing.T
	kills func(wire.Task) bool

	mu    sync.Mutex
	sent  []wire.Wave // of suspects, in order
	under int         // of these, how many are under way
	lost  int         // workers
	// around are waves of others that began when there were suspects.
	around int
}

func newKilling(t *testing.T, fake *mapFake, kills func(wire.Task) bool) *killing {
	k := &killing{mapFake: fake, t: t, kills: kills}
	fake.waveOf = k.wave
	return k
}

// wave is that of an activity whose worker is lost as often as it bears.
func (k *killing) wave(ctx context.Context, in wire.Wave) (wire.WaveResult, error) {
	k.begin(in)
	defer k.end(in)
	if !slices.ContainsFunc(in.Tasks, k.kills) {
		return k.answer(in)
	}
	bears, outcomes := 2, make([]*machine.Outcome, len(in.Tasks))
	switch {
	case in.Suspect && len(in.Tasks) == 1:
		bears = 3 - in.Lost
		outcomes[0] = &machine.Outcome{Failure: fault(machine.ErrorTimeout, "lost"), Attempts: make([]machine.Attempt, bears-1)}
		for i := range outcomes[0].Attempts {
			outcomes[0].Attempts[i].Failure = machine.Fault(machine.ErrorTimeout, "lost")
		}
	case in.Suspect:
		bears = 1
	}
	k.mapFake.mu.Lock()
	defer k.mapFake.mu.Unlock()
	for _, task := range in.Tasks {
		k.calls[fmt.Sprintf("%s#%d", task.Execution, task.Effect)] += bears
	}
	k.lost += bears
	return wire.WaveResult{Outcomes: outcomes, Lost: in.Lost + bears}, nil
}

func (k *killing) begin(in wire.Wave) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case in.Suspect:
		k.under++
		assert.Equal(k.t, 1, k.under, "waves of suspects at once")
		k.sent = append(k.sent, in)
	case len(k.sent) > 0:
		k.around++
	}
}

func (k *killing) end(in wire.Wave) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if in.Suspect {
		k.under--
	}
}

// sizes of the waves of suspects.
func (k *killing) sizes() (sizes []int) {
	for _, wave := range k.sent {
		sizes = append(sizes, len(wave.Tasks))
	}
	return sizes
}

// inputs tells Calls by their inputs.
func inputs(numbers ...int64) func(wire.Task) bool {
	return func(task wire.Task) bool {
		n, _ := task.Call.Input.Int()
		return slices.Contains(numbers, n)
	}
}

// The Calls of a wave that loses its workers go out in small waves, one at a time,
// those of a small one alone; all others go on as before.
func TestShardKeepsSuspectsApart(t *testing.T) {
	const items = 900
	fake := newMapFake(items, items)
	fake.slowest = 10 * time.Millisecond
	k := newKilling(t, fake, inputs(400, 401, 800))
	in := shardInputOf(program.PackedShard, standardProcessor(testTask))
	in.Share = 300
	result := simulateShard(t, fake, Options{}).run(in)
	assert.Equal(t, wire.Counts{Succeeded: items - 3, Failed: 3}, result.Items)
	for item, ended := range fake.records(t) {
		if ended.Failure != nil {
			assert.Contains(t, []int64{400, 401, 800}, item)
			assert.Equal(t, machine.ErrorTimeout, ended.Failure.Name())
		}
	}
	once, most := 0, 0
	for item := range int64(items) {
		calls := fake.calls[machine.ItemOrigin(in.Origin, item, time.Time{}).ID+"#1"]
		switch {
		case slices.Contains([]int64{400, 401, 800}, item):
			assert.Contains(t, []int{2 + 3, 2 + 1 + 3}, calls)
		case calls == 1:
			once++
		default:
			most = max(most, calls)
		}
	}
	assert.GreaterOrEqual(t, once, 200, "Calls of other waves are made once")
	assert.Equal(t, 2+1+1, most)
	assert.Equal(t, 16, slices.Max(k.sizes()))
	alone := 0
	for _, size := range k.sizes() {
		if size == 1 {
			alone++
		}
	}
	assert.Contains(t, []int{2 * 16, 3 * 16, 2*16 + 4}, alone, "of each small wave that was lost")
	assert.Positive(t, k.around, "others go on")
	t.Logf("%d workers lost, waves of suspects: %v", k.lost, k.sizes())
}

// Calls that a wave has lost once and not made again are suspects, too: they would be
// lost more often than others otherwise.
func TestShardKeepsApartWhatAWaveHasNotCalledAgain(t *testing.T) {
	fake := newMapFake(40, 40)
	k := newKilling(t, fake, inputs())
	first := true
	fake.waveOf = func(ctx context.Context, in wire.Wave) (wire.WaveResult, error) {
		result, err := k.wave(ctx, in)
		if first {
			first = false
			require.Greater(t, len(in.Tasks), 20)
			result.Outcomes[3], result.Outcomes[20], result.Lost, result.Slowest = nil, nil, 1, time.Millisecond
		}
		return result, err
	}
	in := shardInputOf(program.PackedShard, standardProcessor(testTask))
	in.Share = 40
	assert.Equal(t, wire.Counts{Succeeded: 40}, simulateShard(t, fake, Options{}).run(in).Items)
	assert.Equal(t, []int{1, 1}, k.sizes())
}

// A small wave leaves no smaller ones between.
func TestShardSendsFewSuspectsAlone(t *testing.T) {
	fake := newMapFake(10, 10)
	k := newKilling(t, fake, inputs(3))
	result := simulateShard(t, fake, Options{}).run(shardInputOf(program.PackedShard, standardProcessor(testTask)))
	assert.Equal(t, wire.Counts{Succeeded: 9, Failed: 1}, result.Items)
	assert.Equal(t, slices.Repeat([]int{1}, 10), k.sizes())
	assert.Equal(t, 5, k.lost)
	assert.Equal(t, "lost", fake.records(t)[3].Failure.Cause.Text())
}

// Retry pays for lost attempts, and a Call that was blamed goes alone from the start;
// Catch follows, and what comes then is as innocent as any.
func TestShardRetriesAndCatchesVerdicts(t *testing.T) {
	states := `{"StartAt": "Work", "States": {
		"Work": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work", "End": true,
			"Retry": [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": %d}],
			"Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$$.none", "Next": "Tidy"}]},
		"Tidy": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:tidy", "End": true,
			"Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1}]}}}`
	states = strings.Replace(states, `"ResultPath": "$$.none", `, `"ResultPath": null, `, 1)
	for retries, verdicts := range map[int]int{0: 1, 2: 1, 3: 2, 5: 4} {
		t.Run(fmt.Sprint(retries), func(t *testing.T) {
			fake := newMapFake(100, 100)
			k := newKilling(t, fake, func(task wire.Task) bool {
				return task.State == "Work" && inputs(30)(task)
			})
			in := shardInputOf(program.PackedShard, standardProcessor(fmt.Sprintf(states, retries)))
			in.Share = 100
			result := simulateShard(t, fake, Options{}).run(in)
			require.Equal(t, wire.Counts{Succeeded: 100}, result.Items)
			assert.Equal(t, "60", fake.records(t)[30].Output.String(), "it was tidied up")
			var lost []int
			for _, wave := range k.sent {
				if len(wave.Tasks) == 1 && k.kills(wave.Tasks[0]) {
					lost = append(lost, wave.Lost)
				}
				assert.Equal(t, "Work", wave.Tasks[0].State)
			}
			assert.Equal(t, append([]int{0}, slices.Repeat([]int{2}, verdicts-1)...), lost)
			assert.Equal(t, 2+1+3+verdicts-1, k.lost)
		})
	}
}

// Suspects whose circuit is open wait, and stay suspects.
func TestShardHoldsSuspects(t *testing.T) {
	fake := newMapFake(40, 40)
	k := newKilling(t, fake, inputs(30))
	fake.held = func(wave int, _ wire.Task) bool { return wave <= 4 } // those that answer
	in := shardInputOf(program.PackedShard, standardProcessor(testTask))
	in.Share = 40
	s := simulateShard(t, fake, Options{})
	began := s.Now()
	assert.Equal(t, wire.Counts{Succeeded: 39, Failed: 1}, s.run(in).Items)
	assert.Equal(t, []int{16, 16, 16, 16, 16}, k.sizes()[:5], "four are held")
	assert.GreaterOrEqual(t, s.Now().Sub(began), 4*holdTime)
	for call, calls := range fake.calls {
		assert.LessOrEqual(t, calls, 6, call)
	}
}

// A shard that is stopped forgets its suspects.
func TestShardIsStoppedWithSuspects(t *testing.T) {
	fake := newMapFake(40, 40)
	k := newKilling(t, fake, inputs(5))
	fake.held = func(int, wire.Task) bool { return true } // those that answer
	in := shardInputOf(program.PackedShard, standardProcessor(testTask))
	in.Share = 40
	s := simulateShard(t, fake, Options{})
	s.RegisterDelayedCallback(s.CancelWorkflow, time.Hour)
	result := s.run(in)
	assert.Equal(t, int64(40), result.Items.Total())
	assert.GreaterOrEqual(t, result.Items.Aborted, int64(30))
	assert.Less(t, len(k.sent), 60, "the pauses grow")
}
