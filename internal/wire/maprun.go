package wire

import (
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// MapSpec is what a Map Run does: one Distributed Map state with its evaluated
// fields. It never changes during the run, so those who work on shards fetch
// it once.
type MapSpec struct {
	// Definition is a machine of that Map state alone
	// (program.Distributed.Definition), State its name.
	Definition Definition         `json:"definition"`
	State      string             `json:"state"`
	Run        machine.Distribute `json:"run"`
	// Started is when the run began.
	Started time.Time `json:"started"`
	// Redriven is when it was redriven last.
	Redriven time.Time `json:"redriven,omitzero"`
}

// MapRun is the input of a Map Run's workflow.
type MapRun struct {
	Spec MapSpec `json:"spec"`
	// Leaf is the leaf that the plan chose.
	Leaf program.LeafKind `json:"leaf"`
	// Report is the execution that waits for the outcome.
	Report Address `json:"report"`
	// Progress stands when an earlier run of the workflow was continued: JSON
	// that belongs to package workflows.
	Progress *Text `json:"progress,omitempty"`
}

// SpecRef is how shards find the MapSpec: in staging, or, for a run without
// staging, right here.
type SpecRef struct {
	// Staging is s3://bucket/prefix/, with the spec at <Staging>spec.json.
	Staging string   `json:"staging,omitempty"`
	Inline  *MapSpec `json:"inline,omitempty"`
}

// PlanInput asks for the next page of shards.
type PlanInput struct {
	Spec MapSpec `json:"spec"`
	// Staging is "" on the first page: the activity finds it (worker setting,
	// or the ResultWriter's bucket) and answers with it.
	Staging string           `json:"staging,omitempty"`
	Leaf    program.LeafKind `json:"leaf"`
	// Page is the number of the page, from 0.
	Page int `json:"page"`
	// Cursor is the answer of the page before; empty on the first.
	Cursor *Cursor `json:"cursor,omitempty"`
}

// Cursor is where planning goes on. Its content belongs to the reader.
type Cursor struct {
	// Items and Shards count those on all pages so far.
	Items  int64 `json:"items"`
	Shards int   `json:"shards"`
	// Offset is the byte offset in the object; Token the place in a listing or manifest.
	Offset int64  `json:"offset,omitempty"`
	Token  string `json:"token,omitempty"`
	// ETag pins the object: a source that changes under the run is an error.
	ETag string `json:"etag,omitempty"`
	// Size is the object's size in bytes.
	Size int64 `json:"size,omitempty"`
	// Header are the column names of a CSV file.
	Header []string `json:"header,omitempty"`
	// Entries tells that the items are the members of a JSON object.
	Entries bool `json:"entries,omitempty"`
	// Object is the s3:// URL of the object that File is a place in.
	Object string `json:"object,omitempty"`
	// File is where planning goes on inside of one of the objects of a source
	// that has several; then Token stands for the objects that are done with.
	File *Cursor `json:"file,omitempty"`
}

// Plan is one page of shards.
type Plan struct {
	// Ref is how shards find the spec.
	Ref SpecRef `json:"ref"`
	// FirstShard is the number of the page's first shard; Sizes gives the
	// number of items of each shard.
	FirstShard int     `json:"firstShard"`
	Sizes      []int64 `json:"sizes"`
	// Inline are the shards themselves when there is no staging; otherwise
	// they stand in <Staging>index/<page>.json.
	Inline []Shard `json:"inline,omitempty"`
	// Next is nil on the last page.
	Next *Cursor `json:"next,omitempty"`
}

// Shard is a contiguous part of the source.
type Shard struct {
	// First is the index of its first item in the source, Items their number.
	First int64 `json:"first"`
	Items int64 `json:"items"`
	// Offset and Length are the byte range of the items in the object.
	Offset int64 `json:"offset,omitempty"`
	Length int64 `json:"length,omitempty"`
	// Segment names the copy of the items in staging that Offset and Length
	// are in, below <Staging>items/; empty for the source itself.
	Segment string `json:"segment,omitempty"`
	// At is where the byte at Offset of the Segment stands in the source itself,
	// which may be compressed: it counts decompressed bytes.
	At int64 `json:"at,omitempty"`
	// Object is the s3:// URL of the object that the items are from, when the
	// source has several. Pieces are the parts of a shard that spans objects, in
	// order; the shard itself then has First and Items only.
	Object string  `json:"object,omitempty"`
	Pieces []Shard `json:"pieces,omitempty"`
	// Source is what planning found out about the source: ETag, Header and
	// Entries. Shards in an index leave it out, their page has it once; shards
	// and pieces with an Object have it, since it is that object's.
	Source *Cursor `json:"source,omitempty"`
	// Inline are the items themselves.
	Inline []value.Value `json:"inline,omitempty"`
}

// ShardRef names one shard.
type ShardRef struct {
	Spec SpecRef `json:"spec"`
	// Number is the shard's number over all pages; Page and Place are where
	// the index has it.
	Number int `json:"number"`
	Page   int `json:"page"`
	Place  int `json:"place"`
	// Inline is the shard itself when there is no staging.
	Inline *Shard `json:"inline,omitempty"`
}

// ShardInput asks for one shard to be run; it is the input of the express
// shard's activity and of the shard workflow.
type ShardInput struct {
	Shard ShardRef         `json:"shard"`
	Leaf  program.LeafKind `json:"leaf"`
	// Share is how many items may run at once, at least 1.
	Share int64 `json:"share"`
	// Tolerate is how many failures the shard may see before it stops to
	// start items; negative means any number.
	Tolerate int64 `json:"tolerate"`
	// Rate paces the start of items.
	Rate machine.Rate `json:"rate,omitzero"`
	// Definition of the ItemProcessor, for leaves that run it in a workflow.
	Definition *Definition `json:"definition,omitempty"`
	// Origin is what the items' executions have in common: machine ARN and
	// name, start time, seed.
	Origin machine.Origin `json:"origin"`
	// MapRunID is the workflow that wants the result.
	MapRunID string `json:"mapRunId,omitempty"`
	// Progress stands when an earlier run of the shard's workflow was continued.
	Progress *Text `json:"progress,omitempty"`
}

// Counts counts items or executions by status.
type Counts struct {
	Succeeded int64 `json:"succeeded,omitempty"`
	Failed    int64 `json:"failed,omitempty"`
	TimedOut  int64 `json:"timedOut,omitempty"`
	Aborted   int64 `json:"aborted,omitempty"`
	Pending   int64 `json:"pending,omitempty"`
}

// Add gives the sum of both.
func (c Counts) Add(d Counts) Counts {
	return Counts{c.Succeeded + d.Succeeded, c.Failed + d.Failed, c.TimedOut + d.TimedOut, c.Aborted + d.Aborted, c.Pending + d.Pending}
}

// Unsuccessful gives the number that count against the tolerance.
func (c Counts) Unsuccessful() int64 { return c.Failed + c.TimedOut }

// Total gives the number of all.
func (c Counts) Total() int64 {
	return c.Succeeded + c.Failed + c.TimedOut + c.Aborted + c.Pending
}

// Ended gives the number of those that have ended, however they did.
func (c Counts) Ended() int64 { return c.Total() - c.Pending }

// ShardResult is how a shard ended.
type ShardResult struct {
	Number int `json:"number"`
	// Items and Executions differ when items are batched.
	Items      Counts `json:"items"`
	Executions Counts `json:"executions"`
	// Parts are the part files that hold the records.
	Parts []Part `json:"parts,omitempty"`
	// Records stand instead of parts when there is no staging.
	Records []Record `json:"records,omitempty"`
	// Failure is a fault of the shard as a whole, such as an unreadable source
	// or a faulty ItemSelector: it fails the Map Run.
	Failure *machine.Failure `json:"failure,omitempty"`
	// Debt is until when the items that the shard has started take up its part of
	// the Map Run's rate limit; zero when there is none.
	Debt time.Time `json:"debt,omitzero"`
}

// ShardCounts are the counts, so far, of a shard that still runs. Pending are
// those that have been given up.
type ShardCounts struct {
	Number     int    `json:"number"`
	Items      Counts `json:"items"`
	Executions Counts `json:"executions"`
	// Running is the number of executions that run now, nil when it is not told.
	Running *int64 `json:"running,omitempty"`
}

// FailuresReport tells how many items of a running shard have failed so far.
type FailuresReport struct {
	Number int   `json:"number"`
	Failed int64 `json:"failed"`
}

// Category is a kind of result file.
type Category string

// The categories of result files (AWS, "ResultWriter (Map)").
const (
	SucceededFile Category = "SUCCEEDED"
	FailedFile    Category = "FAILED"
	PendingFile   Category = "PENDING"
)

// Pending is the status, in the [Record] of an item, of an execution that was
// not started.
const Pending machine.Status = "PENDING"

// CategoryOf gives the kind of result file that a record goes to.
func CategoryOf(s machine.Status) Category {
	switch s {
	case machine.Succeeded:
		return SucceededFile
	case Pending:
		return PendingFile
	}
	return FailedFile
}

// Part is one part file: records of one category, joined by commas, at
// <Staging>parts/<Name>.
type Part struct {
	Category Category `json:"category"`
	Name     string   `json:"name"`
	Records  int64    `json:"records"`
	Bytes    int64    `json:"bytes"`
}

// Record is how one item's execution ended.
type Record struct {
	// First is the index of its first item, Items their number (batches).
	First int64 `json:"first"`
	Items int64 `json:"items"`
	Ended Ended `json:"ended"`
}

// ReadInput asks for inputs of a shard's executions, from the item with the
// index From (in the source, as in [ItemInput]) on; 0 is the shard's beginning.
type ReadInput struct {
	Shard ShardRef `json:"shard"`
	From  int64    `json:"from"`
}

// ReadOutput holds inputs, bounded in bytes. Next is the item to ask for next,
// 0 at the shard's end.
type ReadOutput struct {
	Inputs []ItemInput `json:"inputs"`
	Next   int64       `json:"next,omitempty"`
	// Failure is a fault that fails the Map Run.
	Failure *machine.Failure `json:"failure,omitempty"`
}

// ItemInput is the input of one item's (or batch's) execution.
type ItemInput struct {
	First int64       `json:"first"`
	Items int64       `json:"items"`
	Input value.Value `json:"input"`
}

// WriteInput are records to be written to part files, in the order of items;
// those of status [Pending] are of items that were not started. The inputs of the
// executions are read again from the source.
type WriteInput struct {
	Shard   ShardRef       `json:"shard"`
	Origin  machine.Origin `json:"origin"`
	Segment int            `json:"segment"`
	Records []Record       `json:"records"`
}

// WriteOutput names the part files written.
type WriteOutput struct {
	Parts []Part `json:"parts"`
}

// ResultsInput asks for the result files, the manifest and the state's output.
type ResultsInput struct {
	Ref SpecRef `json:"ref"`
	// Parts are all part files, by shard number.
	Parts Parts `json:"parts"`
	// Pending are shards that were never started; NextPage is the cursor of
	// the unplanned rest, nil when planning had ended.
	Pending   []ShardRef `json:"pending,omitempty"`
	Unplanned *Cursor    `json:"unplanned,omitempty"`
	// Origin is what the items' executions have in common.
	Origin machine.Origin `json:"origin"`
	// Status is how the run ended.
	Status machine.Status `json:"status"`
}

// Results is the state's output.
type Results struct {
	Output value.Value `json:"output"`
	// Manifest is the s3:// URL of manifest.json, "" without an export.
	Manifest string `json:"manifest,omitempty"`
	// Written is the number of executions that ended and whose records are in
	// the results.
	Written int64 `json:"written"`
}

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
	// planned and not started.
	PendingFrom int64 `json:"pendingFrom,omitempty"`
	// RunningShards are the shards that run now, at most the window. Items and
	// Executions do not count theirs, see [ShardCounts].
	RunningShards []RunningShard `json:"runningShards,omitempty"`
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
