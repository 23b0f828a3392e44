package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

const (
	// taskBytes is what the commands of one workflow task may amount to. The
	// server takes 4 MB in one message and terminates a workflow that sends more.
	taskBytes = 2 << 20
	// payloadBytes is what the server takes as one payload.
	payloadBytes = 2 << 20
	// referenceBytes is what stands for a payload in staging, generously: the
	// longest key of S3, twice.
	referenceBytes = 4 << 10
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
func (b *budget) spend(ctx workflow.Context, bytes int) { b.take(ctx, bytes, bytes) }

// spendValue is spend before a command whose payload goes to staging when it is
// large.
func (b *budget) spendValue(ctx workflow.Context, bytes int) { b.spendBeside(ctx, bytes, 0) }

// spendBeside is spendValue for a payload with more bytes in it that do not
// say how large it becomes, such as those of a text that is compressed.
func (b *budget) spendBeside(ctx workflow.Context, value, more int) {
	b.take(ctx, crossing(value)+more, value+more)
}

// crossing gives what crosses the server of a value with so many bytes: of one
// that is too large for the server a reference, wherever it may pass at all.
func crossing(bytes int) int {
	if bytes > payloadBytes {
		return referenceBytes
	}
	return bytes
}

// take counts what crosses the server and what is encoded.
func (b *budget) take(ctx workflow.Context, bytes, encoded int) {
	bytes += commandBytes
	b.renew(ctx)
	if b.spent > 0 && b.spent+bytes > taskBytes {
		endTask(ctx)
		b.task, b.spent = workflow.GetInfo(ctx).GetCurrentHistoryLength(), 0
	}
	b.spent += bytes
	if b.turn += encoded + commandBytes; b.turn > turnBytes {
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
