package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

const (
	// taskBytes is what the commands of one workflow task may amount to. The
	// server takes 4 MB in one message and terminates a workflow that sends more.
	taskBytes = 2 << 20
	// commandBytes is what a command needs beside its payload, generously.
	commandBytes = 1 << 10
	// turnBytes is how many bytes of commands a workflow encodes before it
	// yields.
	turnBytes = 256 << 10
)

// budget counts the bytes of the commands of a workflow task and ends the task
// before they are too many. The zero budget is ready to use; one serves all
// coroutines of a workflow run.
type budget struct {
	task  int // the history length at the task's start, which names it
	spent int
	turn  int // spent since the workflow yielded
}

// spend is called before a command whose payloads have this many bytes. It
// yields now and then, and blocks over the end of the workflow task when the
// task is full.
func (b *budget) spend(ctx workflow.Context, bytes int) {
	bytes += commandBytes
	b.renew(ctx)
	if b.spent > 0 && b.spent+bytes > taskBytes {
		endTask(ctx)
		b.task, b.spent = workflow.GetInfo(ctx).GetCurrentHistoryLength(), 0
	}
	b.spent += bytes
	if b.turn += bytes; b.turn > turnBytes {
		b.turn = 0
		yield(ctx)
	}
}

// renew sees whether another workflow task has begun. The length of history is
// the same in a replay, unlike most of what GetInfo tells.
func (b *budget) renew(ctx workflow.Context) {
	if task := workflow.GetInfo(ctx).GetCurrentHistoryLength(); task != b.task {
		b.task, b.spent = task, 0
	}
}

// endTask ends the workflow task: its commands go out, and the workflow goes on
// in the next one, a moment later.
func endTask(ctx workflow.Context) {
	timer := workflow.NewTimerWithOptions(ctx, time.Millisecond, workflow.TimerOptions{Summary: "next workflow task"})
	_ = timer.Get(ctx, nil) // a cancelled context ends the wait, which is all there is to it
}
