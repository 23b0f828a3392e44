package activities

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Where large values go to staging, a wave runs as many Calls with large results
// at once as one value has room for, and returns them as one.
func TestWaveWithStaging(t *testing.T) {
	var running, most atomic.Int32
	large := succeeded(value.OfString(strings.Repeat("x", 3<<20)))
	caller := callerFunc(func(context.Context, machine.Call) machine.Outcome {
		n := running.Add(1)
		defer running.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		time.Sleep(50 * time.Millisecond)
		return large
	})
	sizes := newSizes()
	input := waveOf(6, 6)
	sizes.saw(kindOf(input), 3<<20)
	w := &waves{caller: caller, sizes: sizes, ceiling: wire.StagedLimit, tell: func(context.Context, wire.WaveRest) error {
		t.Error("nothing goes ahead of the result")
		return nil
	}}
	for i, o := range runWave(t, &server{t: t, run: w.perform}, input) {
		if assert.NotNil(t, o, "Call %d", i) {
			assert.Equal(t, 3<<20, len(o.Output.Text()))
		}
	}
	assert.EqualValues(t, 6, most.Load())
}

func TestCeiling(t *testing.T) {
	assert.Equal(t, wire.ValueLimit, ceiling(0).bytes())
	assert.Contains(t, ceiling(0).otherwise(), "STEPWELL_STAGING")
	assert.Equal(t, wire.StagedLimit, ceiling(wire.StagedLimit).bytes())
	assert.Empty(t, ceiling(wire.StagedLimit).otherwise())
}
