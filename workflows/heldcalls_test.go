package workflows

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// While nothing can be called, one Call at a time is tried after each hold; then
// waves grow wider, and every Call is made once.
func TestShardTriesHeldCallsOneByOne(t *testing.T) {
	fake := newMapFake(300, 300)
	const away = 10 // waves
	fake.held = func(wave int, _ wire.Task) bool { return wave <= away }
	in := shardInputOf(program.PackedShard, standardProcessor(testTask))
	in.Share = 100
	s := simulateShard(t, fake, Options{})
	began := s.Now()
	result := s.run(in)
	assert.Equal(t, wire.Counts{Succeeded: 300}, result.Items)
	for call, n := range fake.calls {
		assert.Equal(t, 1, n, call)
	}
	assert.Equal(t, []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, fake.waves[1:11], "after the first, nine that are held and one that is not")
	assert.LessOrEqual(t, len(fake.waves), 80, "300 calls")
	assert.GreaterOrEqual(t, s.Now().Sub(began), (away-2)*holdTime)
}

// The pauses grow while a service stays away, and not beyond reason.
func TestHeldCallsAreTriedMoreAndMoreRarely(t *testing.T) {
	fake := newMapFake(10, 10)
	fake.held = func(wave int, _ wire.Task) bool { return wave <= 100 }
	s := simulateShard(t, fake, Options{})
	began := s.Now()
	result := s.run(shardInputOf(program.PackedShard, standardProcessor(testTask)))
	assert.Equal(t, wire.Counts{Succeeded: 10}, result.Items)
	assert.InDelta(t, 8, s.Now().Sub(began).Hours(), 1, "100 tries, 5 minutes apart")
}

// Calls of one integration to others than the one that is away go on.
func TestShardHoldsSomeCallsOnly(t *testing.T) {
	fake := newMapFake(100, 100)
	odd := func(task wire.Task) bool {
		n, _ := task.Call.Input.Int()
		return n%2 == 1
	}
	evens := 0
	fake.held = func(wave int, task wire.Task) bool {
		if !odd(task) {
			evens++
		}
		return odd(task) && wave <= 6
	}
	in := shardInputOf(program.PackedShard, standardProcessor(testTask))
	in.Share = 100
	result := simulateShard(t, fake, Options{}).run(in)
	assert.Equal(t, wire.Counts{Succeeded: 100}, result.Items)
	assert.Equal(t, 50, evens, "none of them has to wait for another")
	assert.Equal(t, 1, slices.Min(fake.waves))
}

// A Call that is held for longer than its TimeoutSeconds times out, with a hold
// that is longer, too.
func TestHeldCallsTimeOut(t *testing.T) {
	for _, seconds := range []string{"5", "50"} {
		t.Run(seconds, func(t *testing.T) {
			fake := newMapFake(60, 60)
			waited := time.Duration(0)
			fake.held = func(_ int, task wire.Task) bool {
				waited = max(waited, task.Waited)
				return true
			}
			timed := strings.Replace(testTask, `"Type"`, `"TimeoutSeconds": `+seconds+`, "Type"`, 1)
			require.NotEqual(t, testTask, timed)
			in := shardInputOf(program.PackedShard, standardProcessor(timed))
			in.Share = 60
			result := simulateShard(t, fake, Options{}).run(in)
			assert.Equal(t, wire.Counts{Failed: 60}, result.Items)
			for _, r := range fake.records(t) {
				require.Equal(t, machine.ErrorTimeout, r.Failure.Name())
			}
			assert.Empty(t, fake.calls)
			assert.Equal(t, seconds == "50", waited >= holdTime)
		})
	}
}

// Dead letters of a shard without staging go out by the activity that writes
// records elsewhere; its result has them as well.
func TestShardWithoutStagingAsksForLetters(t *testing.T) {
	for _, letters := range []bool{true, false} {
		fake := newMapFake(40, 40)
		fake.staging, fake.fails = "", every(10)
		in := shardInputOf(program.PackedShard, standardProcessor(testTask))
		in.Shard.Spec = wire.SpecRef{Letters: letters}
		result := simulateShard(t, fake, Options{}).run(in)
		assert.Equal(t, wire.Counts{Succeeded: 36, Failed: 4}, result.Items)
		assert.Len(t, result.Records, 40)
		assert.Empty(t, result.Parts)
		if !letters {
			assert.Empty(t, fake.written)
			continue
		}
		dead := fake.records(t)
		require.Len(t, dead, 4)
		for _, r := range dead {
			assert.Equal(t, machine.Failed, r.Status)
		}
	}
}
