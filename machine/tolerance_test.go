package machine_test

import (
	"testing"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/stretchr/testify/assert"
)

func TestTolerance(t *testing.T) {
	count := func(n int64) machine.Tolerance { return machine.Tolerance{Count: n, HasCount: true} }
	percent := func(p float64) machine.Tolerance { return machine.Tolerance{Percentage: p, HasPercentage: true} }
	both := machine.Tolerance{Count: 2, HasCount: true, Percentage: 10, HasPercentage: true}
	for name, c := range map[string]struct {
		tolerance           machine.Tolerance
		failed, total       int64
		overCount, overPart bool
	}{
		"neither, none failed":         {machine.Tolerance{}, 0, 5, false, false},
		"neither, one failed":          {machine.Tolerance{}, 1, 5, true, false},
		"count reached":                {count(2), 2, 5, false, false},
		"count exceeded":               {count(2), 3, 5, true, false},
		"count of none":                {count(0), 1, 5, true, false},
		"percentage reached":           {percent(50), 2, 4, false, false},
		"percentage exceeded":          {percent(50), 3, 4, false, true},
		"percentage of nothing":        {percent(0), 0, 0, false, false},
		"percentage of none":           {percent(0), 1, 1_000_000, false, true},
		"all may fail":                 {percent(100), 7, 7, false, false},
		"fraction reached":             {percent(0.57), 57, 10_000, false, false},
		"fraction exceeded":            {percent(0.57), 58, 10_000, false, true},
		"fraction below a double":      {percent(33.3), 333, 1000, false, false},
		"a hundred millions":           {percent(0.000001), 1, 100_000_000, false, false},
		"a hundred millions, exceeded": {percent(0.000001), 2, 100_000_000, false, true},
		"both, within":                 {both, 2, 20, false, false},
		"both, over the count":         {both, 3, 100, true, false},
		"both, over the percentage":    {both, 2, 19, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.overCount, c.tolerance.CountExceeded(c.failed), "count")
			assert.Equal(t, c.overPart, c.tolerance.PercentageExceeded(c.failed, c.total), "percentage")
		})
	}
}
