package workflows

import (
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// tally is what a Map Run knows of its items. It crosses continue-as-new.
type tally struct {
	// Items and Executions count those of the shards that have ended.
	Items      wire.Counts `json:"items"`
	Executions wire.Counts `json:"executions"`
	// Total is the number of items planned so far; Final tells that planning
	// has ended.
	Total int64 `json:"total"`
	Final bool  `json:"final,omitempty"`
}

// add counts a shard that has ended.
func (t *tally) add(r wire.ShardResult) {
	t.Items = t.Items.Add(r.Items)
	t.Executions = t.Executions.Add(r.Executions)
}

// exceeded reports whether too many items have failed, with those of shards
// that still run.
func (t *tally) exceeded(tolerance machine.Tolerance, running int64) bool {
	failed := t.Items.Unsuccessful() + running
	return tolerance.CountExceeded(failed) || t.Final && tolerance.PercentageExceeded(failed, t.Total)
}

// allowance gives how many further items may fail as far as can be known now;
// negative means any number.
func (t *tally) allowance(tolerance machine.Tolerance, running int64) int64 {
	allowed := int64(-1)
	if tolerance.CountExceeded(tolerance.Count + 1) {
		allowed = tolerance.Count
	}
	if t.Final && tolerance.HasPercentage {
		share := largestTolerated(tolerance, t.Total)
		if allowed < 0 || share < allowed {
			allowed = share
		}
	}
	if allowed < 0 {
		return -1
	}
	return max(allowed-t.Items.Unsuccessful()-running, 0)
}

// largestTolerated gives the largest number of failures that the percentage
// allows. The product is only where the search begins: what counts is what
// Tolerance says.
func largestTolerated(tolerance machine.Tolerance, total int64) int64 {
	n := min(max(int64(tolerance.Percentage*float64(total)/100), 0), total)
	for n < total && !tolerance.PercentageExceeded(n+1, total) {
		n++
	}
	for n > 0 && tolerance.PercentageExceeded(n, total) {
		n--
	}
	return n
}
