package program

import (
	"fmt"
	"time"
)

// Leaf is the unit of durable work that items run in, chosen from the shape of
// the ItemProcessor.
type Leaf struct {
	Kind LeafKind
	// Reason says why, for people.
	Reason string
}

// LeafKind names a leaf.
type LeafKind string

// The leaves, cheapest first.
const (
	// ExpressBatch runs the items of a shard inside one activity.
	ExpressBatch LeafKind = "express-batch"
	// PackedShard runs the items of a shard inside one workflow.
	PackedShard LeafKind = "packed-shard"
	// ChildWorkflow runs each item as a workflow.
	ChildWorkflow LeafKind = "child-workflow"
)

const (
	// maxLeafEffects is how many effects (tasks and waits) one item of a packed
	// shard may have: a shard of 500 such items stays within a few runs of its
	// workflow.
	maxLeafEffects = 100
	// maxLeafWait is how long a Wait of a packed shard may last: the shard, and
	// the place that it takes in the window of shards, last as long as its
	// slowest item.
	maxLeafWait = time.Hour
)

// PlanLeaf chooses the leaf for the ItemProcessor item. A kind that is asked
// for is taken where it keeps what the ExecutionType promises and what a shard
// can hold: an EXPRESS processor always runs in batches, a STANDARD one never,
// and a packed shard takes only items whose number of events is bounded. With
// an empty kind the cheapest leaf is taken.
//
// The number of events is bounded when the processor has no loops, no nested
// Distributed Map, no wait that data or other people decide, and no inline Map
// with effects: how often that runs is decided by the item. An inline Map of
// states that need nothing from outside costs no events.
func PlanLeaf(item *Program, asked LeafKind) Leaf {
	if item.Type() == Express {
		return Leaf{ExpressBatch, fmt.Sprintf("EXPRESS, %s: the items of a shard run inside one activity", states(item))}
	}
	obstacle := unfit(item.Root())
	if obstacle == "" {
		if n := effects(item.Root()); n > maxLeafEffects {
			obstacle = fmt.Sprintf("up to %d tasks and waits for each item, more than %d", n, maxLeafEffects)
		}
	}
	switch {
	case obstacle != "":
		return Leaf{ChildWorkflow, fmt.Sprintf("STANDARD, %s, %s: each item runs as a workflow", states(item), obstacle)}
	case asked == ChildWorkflow:
		return Leaf{ChildWorkflow, fmt.Sprintf("STANDARD, %s, asked for: each item runs as a workflow", states(item))}
	}
	return Leaf{PackedShard, fmt.Sprintf("STANDARD, %s, no loops, %s: the items of a shard run inside one workflow", states(item), bound(effects(item.Root())))}
}

func states(p *Program) string { return plural(len(p.states), "state", "states") }

func bound(effects int64) string {
	if effects == 0 {
		return "no tasks"
	}
	return "at most " + plural(int(effects), "task or wait", "tasks and waits") + " for each item"
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// unfit says what keeps the number of events of a machine from being bounded,
// "" when nothing does.
func unfit(m *Machine) string {
	if s := looping(m); s != nil {
		return fmt.Sprintf("a loop through %q", s.Name)
	}
	for _, s := range m.States {
		switch {
		case s.Map != nil && s.Map.Distributed != nil:
			return fmt.Sprintf("a Distributed Map of its own in %q", s.Name)
		case s.Map != nil && effects(s.Map.Processor) > 0:
			return fmt.Sprintf("an inline Map with tasks or waits in %q", s.Name)
		case s.Task != nil && s.Task.Resource.Pattern != RequestResponse:
			return fmt.Sprintf("a wait of unknown length in %q (%s)", s.Name, s.Task.Resource)
		case s.Wait != nil && !s.Wait.isShort():
			return fmt.Sprintf("a wait in %q that is long or decided by data", s.Name)
		}
		for _, nested := range s.Machines() {
			if obstacle := unfit(nested); obstacle != "" {
				return obstacle
			}
		}
	}
	return ""
}

// isShort reports that the wait is a constant of at most maxLeafWait.
func (w *Wait) isShort() bool {
	seconds, known := w.Seconds.Constant()
	return known && seconds <= maxLeafWait.Seconds()
}

// Effects bounds the tasks and waits of one run of a program that a packed shard
// takes.
func (p *Program) Effects() int64 { return effects(p.Root()) }

// effects bounds the tasks and waits of one run through an acyclic machine.
// What is retried as a whole counts as often as it may run.
func effects(m *Machine) int64 {
	const beyond = 1_000_000 // more need not be told apart
	var sum int64
	for _, s := range m.States {
		if s.Task != nil || s.Wait != nil {
			sum++
		}
		runs := int64(1)
		for _, r := range s.Retry {
			runs = min(runs+r.MaxAttempts, beyond)
		}
		for _, nested := range s.Machines() {
			sum += runs * effects(nested)
		}
		sum = min(sum, beyond)
	}
	return sum
}

// looping gives a state that the machine can come back to, nil when there is
// none. Nested machines are left to unfit.
func looping(m *Machine) *State {
	const entered, left = 1, 2
	marks := make(map[*State]int, len(m.States))
	var visit func(s *State) *State
	visit = func(s *State) *State {
		switch marks[s] {
		case entered:
			return s
		case left:
			return nil
		}
		marks[s] = entered
		for _, next := range s.Successors() {
			if again := visit(next); again != nil {
				return again
			}
		}
		marks[s] = left
		return nil
	}
	for _, s := range m.States {
		if again := visit(s); again != nil {
			return again
		}
	}
	return nil
}
