package wire

import (
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// MapRunDescription is what a Map Run tells of itself.
type MapRunDescription struct {
	MapRunArn string           `json:"mapRunArn"`
	Status    machine.Status   `json:"status"`
	Leaf      program.LeafKind `json:"leaf"`
	// Planned is true when the number of items is final.
	Planned bool   `json:"planned"`
	Items   Counts `json:"items"`
	// Total and Running count items.
	Total      int64     `json:"total"`
	Running    int64     `json:"running"`
	Executions Counts    `json:"executions"`
	Shards     int       `json:"shards"`
	ShardsDone int       `json:"shardsDone"`
	Manifest   string    `json:"manifest,omitempty"`
	Started    time.Time `json:"started"`
	// Limits are those that hold now.
	Limits MapRunLimits `json:"limits,omitzero"`
	// ExecutionsTotal and ExecutionsRunning count executions as Total and Running
	// count items. Of shards that have not ended the number of batches is what
	// MaxItemsPerBatch gives.
	ExecutionsTotal   int64 `json:"executionsTotal,omitempty"`
	ExecutionsRunning int64 `json:"executionsRunning,omitempty"`
	// Written is the number of executions in the results.
	Written int64 `json:"written,omitempty"`
	// ExecutionArn is the execution that the run belongs to, Common what the
	// executions of its items have in common.
	ExecutionArn string         `json:"executionArn,omitempty"`
	Common       machine.Origin `json:"common,omitzero"`
	// Staging is where the part files of the run stand, s3://bucket/prefix/, or "".
	Staging string `json:"staging,omitempty"`
	// PendingFrom is the index of the first item of the shards that have been
	// planned and not started. All from there on are pending, unless the run was
	// redriven: then those in PendingIn are, the first thousand stretches.
	PendingFrom int64     `json:"pendingFrom,omitempty"`
	PendingIn   []Stretch `json:"pendingIn,omitempty"`
	// RunningShards are the shards that run now, at most the window. Items and
	// Executions do not count theirs, see [ShardCounts].
	RunningShards []RunningShard `json:"runningShards,omitempty"`
	// RedriveCount is how often the run was redriven, RedriveDate when last.
	RedriveCount int       `json:"redriveCount,omitempty"`
	RedriveDate  time.Time `json:"redriveDate,omitzero"`
	// WaitingRedrive are files of executions that wait for their redrive, the first
	// thousand; a run without staging tells them by [ItemsQuery] with the category
	// [RestFile].
	WaitingRedrive []RestPart `json:"waitingRedrive,omitempty"`
	// Redrivable is the number of items that did not succeed, have ended, and would
	// be redriven.
	Redrivable int64 `json:"redrivable,omitempty"`
	// Rest are files of executions that can be redriven and do not wait for it, the
	// first thousand: of shards that have ended, and, once the run has, of all that
	// it has not started too.
	Rest []RestPart `json:"rest,omitempty"`
}

// RunningShard is a shard that runs now: its number, how many items it has, and
// how many of them may run at once.
type RunningShard struct {
	Number int   `json:"number"`
	Items  int64 `json:"items"`
	Share  int64 `json:"share"`
	// First is the index of its first item.
	First int64 `json:"first,omitempty"`
	// Executions is how many it has at most, 0 for as many as Items.
	Executions int64 `json:"executions,omitempty"`
	// Redrives is how many of its items had been started before: until they run or
	// have ended, they wait for their redrive.
	Redrives int64 `json:"redrives,omitempty"`
	// Again tells that its items that do not succeed will be put back when it ends:
	// they wait for their redrive already.
	Again bool `json:"again,omitempty"`
	// Scattered tells that its items do not follow each other from First on.
	Scattered bool `json:"scattered,omitempty"`
}

// Running gives how many executions of the shard run, and about how many items
// these have, as far as its counts tell; the zero counts are those of a shard
// that tells nothing.
func (s RunningShard) Running(told ShardCounts) (executions, items int64) {
	of := s.Executions
	if of == 0 {
		of = s.Items
	}
	left := max(s.Items-told.Items.Total(), 0)
	executions = min(s.Share, max(of-told.Executions.Total(), 0))
	if told.Running != nil {
		executions = *told.Running
	}
	if of == 0 {
		return executions, left
	}
	return executions, min((s.Items*executions+of-1)/of, left)
}
