package recorded

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// Outcome is what came of one case: passed, unless it has a reason to be
// skipped or a difference.
type Outcome struct {
	ID         string      `json:"id"`
	Skipped    string      `json:"skipped,omitempty"`
	Difference *Difference `json:"difference,omitempty"`
	// Seconds is how long the case took.
	Seconds float64 `json:"seconds"`
}

// Passed reports whether the case was run and nothing differs.
func (o *Outcome) Passed() bool { return o.Skipped == "" && o.Difference == nil }

// limit is how long a case may take on the real clock.
const limit = 2 * time.Minute

// Run runs cases, so many at once, and gives the outcomes in their order.
func Run(ctx context.Context, cases []*Case, r Runtime, atOnce int) []Outcome {
	outcomes := make([]Outcome, len(cases))
	next := make(chan int)
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			for i := range next {
				outcomes[i] = one(ctx, cases[i], r)
			}
		})
	}
	for i := range cases {
		next <- i
	}
	close(next)
	all.Wait()
	return outcomes
}

func one(ctx context.Context, c *Case, r Runtime) Outcome {
	o := Outcome{ID: c.ID}
	if o.Skipped = c.Skip(); o.Skipped == "" {
		o.Skipped = r.Skip(c)
	}
	if o.Skipped != "" {
		return o
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	began := time.Now()
	for _, assigned := range orders(len(c.nameless())) {
		// Any assignment of results that lost their ids may have been AWS's; the
		// recording tells which one it was.
		assignment := *c
		assignment.assigned = assigned
		difference := differenceOf(ctx, &assignment, r)
		if o.Difference == nil || difference == nil {
			o.Difference = difference
		}
		if difference == nil {
			break
		}
	}
	o.Seconds = time.Since(began).Seconds()
	return o
}

func differenceOf(ctx context.Context, c *Case, r Runtime) *Difference {
	result, err := run(ctx, c, r)
	if err != nil {
		return &Difference{Path: "run", Want: "an execution that ends " + c.Expected.Status, Got: err.Error()}
	}
	return Compare(c, result)
}

// mostOrdered bounds the results whose orders are all tried.
const mostOrdered = 4

// orders gives all orders of so many things, the natural one first.
func orders(n int) [][]int {
	if n > mostOrdered {
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		return [][]int{order}
	}
	all := [][]int{{}}
	for i := range n {
		var longer [][]int
		for _, order := range all {
			for place := len(order); place >= 0; place-- {
				longer = append(longer, slices.Insert(slices.Clone(order), place, i))
			}
		}
		all = longer
	}
	return all
}

// run is Run with a panic turned into an error: one case must not end the others.
func run(ctx context.Context, c *Case, r Runtime) (result Result, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
		}
	}()
	return r.Run(ctx, c)
}
