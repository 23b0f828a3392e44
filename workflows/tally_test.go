package workflows

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

func TestTally(t *testing.T) {
	count := func(n int64) machine.Tolerance { return machine.Tolerance{Count: n, HasCount: true} }
	percent := func(p float64) machine.Tolerance { return machine.Tolerance{Percentage: p, HasPercentage: true} }
	both := machine.Tolerance{Count: 3, HasCount: true, Percentage: 10, HasPercentage: true}
	for _, c := range []struct {
		name             string
		tolerance        machine.Tolerance
		failed, timedOut int64
		running, total   int64
		final            bool
		exceeded         bool
		allowance        int64
	}{
		{name: "nothing is tolerated by default", total: 10, allowance: 0},
		{name: "one failure exceeds the default", failed: 1, total: 10, exceeded: true, allowance: 0},
		{name: "a failure in a running shard counts", running: 1, total: 10, exceeded: true, allowance: 0},
		{name: "the count itself is tolerated", tolerance: count(3), failed: 2, timedOut: 1, total: 10, allowance: 0},
		{name: "time-outs count", tolerance: count(3), failed: 2, timedOut: 2, total: 10, exceeded: true, allowance: 0},
		{name: "what is left of the count", tolerance: count(10), failed: 2, running: 3, total: 100, allowance: 5},
		{name: "a percentage waits for the total", tolerance: percent(10), failed: 9, total: 10, allowance: -1},
		{name: "and is judged then", tolerance: percent(10), failed: 2, total: 10, final: true, exceeded: true, allowance: 0},
		{name: "the percentage itself is tolerated", tolerance: percent(10), failed: 1, total: 10, final: true, allowance: 0},
		{name: "what is left of the percentage", tolerance: percent(2.5), failed: 1, total: 1000, final: true, allowance: 24},
		{name: "all may fail", tolerance: percent(100), failed: 1, total: 10, final: true, allowance: 9},
		{name: "the smaller of both counts", tolerance: both, total: 100, final: true, allowance: 3},
		{name: "whichever it is", tolerance: both, total: 20, final: true, allowance: 2},
		{name: "an empty source fails nothing", tolerance: percent(0), final: true, allowance: 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			tally := tally{Items: wire.Counts{Failed: c.failed, TimedOut: c.timedOut}, Total: c.total, Final: c.final}
			assert.Equal(t, c.exceeded, tally.exceeded(c.tolerance, c.running))
			assert.Equal(t, c.allowance, tally.allowance(c.tolerance, c.running))
		})
	}
}
