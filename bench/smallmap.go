package main

import (
	"context"
	_ "embed"
	"fmt"
	"os/exec"
	"slices"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

//go:embed machines/small.asl.json
var smallMachine string

// A small map is what a Distributed Map costs at least: items that do nothing,
// given in the input, without files. Each of them is a STANDARD execution; the
// definition's shape puts them into one packed shard.

// smallMaps is how long each of many small maps took, in order of time.
type smallMaps []time.Duration

// p50 gives the middle one in milliseconds.
func (s smallMaps) p50() float64 { return s.at(0.5) }

// at gives the one below which this share of them is, in milliseconds.
func (s smallMaps) at(share float64) float64 {
	if len(s) == 0 {
		return 0
	}
	return float64(s[int(share*float64(len(s)-1)+0.5)]) / float64(time.Millisecond)
}

// smallMapRuns measures one small map after the other on a worker that has run
// some before, from the start of the execution to its result at the client.
func (b *bench) smallMapRuns(ctx context.Context) (took smallMaps, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("not done within %v", patience))
	defer cancel()
	s, ctx, err := openStage(ctx, b.devServer)
	if err != nil {
		return nil, err
	}
	defer s.close()
	worker := contender{command: func(s *stage) (*exec.Cmd, error) { return stepwellWorker(s, b.worker) }}
	if _, err := s.workers(ctx, worker); err != nil {
		return nil, err
	}
	for i := range b.scale.smallMapWarmUp + b.scale.smallMaps {
		r := mapRun{definition: smallMachine, stage: s, input: numbered(b.scale.smallMapItems)}
		started := time.Now()
		if err := r.do(ctx); err != nil {
			return nil, err
		}
		elapsed := time.Since(started)
		if got := r.output.Elements(); !slices.EqualFunc(got, r.input.Get("items").Elements(), value.Equal) {
			return nil, fmt.Errorf("a small map gave %d results, or others than its items", len(got))
		}
		if i >= b.scale.smallMapWarmUp {
			took = append(took, elapsed)
		}
	}
	slices.Sort(took)
	return took, nil
}

// numbered gives an input of so many items.
func numbered(n int) value.Value {
	items := make([]value.Value, n)
	for i := range items {
		items[i] = value.OfObject(value.Member{Name: "n", Value: value.OfInt(int64(i))})
	}
	return value.OfObject(value.Member{Name: "items", Value: value.OfArray(items)})
}
