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
	// Redrivable lets the run keep what a redrive needs; without it a run goes on
	// as it was begun by those who could not redrive items.
	Redrivable bool `json:"redrivable,omitempty"`
	// Edition is how the run goes about it; see [Wide].
	Edition int `json:"edition,omitempty"`
	// Before is the id of the run of this workflow that had ended before a redrive,
	// as [MapRunRest] has it.
	Before string `json:"before,omitempty"`
}

// Wide is the edition since which packed shards send many Calls in one wave, and a
// Map Run starts fewer shards with larger shares. A run keeps the edition that it
// began with, and 0 for those that began before there were any.
const Wide = 1

// Packed reports that the items run in the workflows of their shards.
func (m MapRun) Packed() bool { return m.Leaf == program.PackedShard }

// SpecRef is how shards find the MapSpec: in staging, or, for a run without
// staging, right here.
type SpecRef struct {
	// Staging is s3://bucket/prefix/, with the spec at <Staging>spec.json.
	Staging string   `json:"staging,omitempty"`
	Inline  *MapSpec `json:"inline,omitempty"`
	// Letters asks, in a run without staging, for the records of executions that
	// failed or timed out: WriteShardActivity makes dead letters of them.
	Letters bool `json:"letters,omitempty"`
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
	// Rest are executions that are redriven, by their first items: all that the
	// shard has then. Items counts theirs.
	Rest []ItemInput `json:"rest,omitempty"`
	// Only are the stretches of items that the shard is to run, in order; nil for
	// all of them.
	Only []Stretch `json:"only,omitempty"`
}

// Stretch is a contiguous part of a shard's items, by their indexes in the
// source: from From up to, and without, To. A To of 0 is the end of the shard.
type Stretch struct {
	From int64 `json:"from"`
	To   int64 `json:"to,omitempty"`
}

// Within reports whether the item with this index is in one of the stretches.
func Within(only []Stretch, index int64) bool {
	for _, s := range only {
		if index >= s.From && (s.To == 0 || index < s.To) {
			return true
		}
	}
	return false
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
	// Rest are the files that the shard's executions are read from when they are
	// redriven; Page and Place then mean nothing.
	Rest []RestPart `json:"rest,omitempty"`
	// Only is as in [Shard].
	Only []Stretch `json:"only,omitempty"`
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
	// Redrivable asks for all that the redrive of an execution needs.
	Redrivable bool `json:"redrivable,omitempty"`
	// Edition is as in [MapRun].
	Edition int `json:"edition,omitempty"`
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
	// PendingRedrive are those that did not succeed and wait for their redrive:
	// until they have ended again, they are among none of the others.
	PendingRedrive int64 `json:"pendingRedrive,omitempty"`
	// FailuresNotRedrivable are those of Failed, TimedOut and Aborted that cannot be
	// redriven.
	FailuresNotRedrivable int64 `json:"failuresNotRedrivable,omitempty"`
}

// Add gives the sum of both.
func (c Counts) Add(d Counts) Counts {
	return Counts{
		c.Succeeded + d.Succeeded, c.Failed + d.Failed, c.TimedOut + d.TimedOut, c.Aborted + d.Aborted, c.Pending + d.Pending,
		c.PendingRedrive + d.PendingRedrive, c.FailuresNotRedrivable + d.FailuresNotRedrivable,
	}
}

// PutBack gives the counts with those that did not succeed, and can be redriven,
// among PendingRedrive. Of which kind the others are is not known.
func (c Counts) PutBack() Counts {
	lasting := c.FailuresNotRedrivable
	for _, n := range []*int64{&c.Failed, &c.TimedOut, &c.Aborted} {
		stay := min(*n, lasting)
		c.PendingRedrive += *n - stay
		lasting, *n = lasting-stay, stay
	}
	return c
}

// Unsuccessful gives the number that count against the tolerance.
func (c Counts) Unsuccessful() int64 { return c.Failed + c.TimedOut }

// Total gives the number of all.
func (c Counts) Total() int64 {
	return c.Succeeded + c.Failed + c.TimedOut + c.Aborted + c.Pending + c.PendingRedrive
}

// Ended gives the number of those that have ended, however they did, and that do
// not wait for a redrive.
func (c Counts) Ended() int64 { return c.Total() - c.Pending - c.PendingRedrive }

// ShardResult is how a shard ended.
type ShardResult struct {
	Number int `json:"number"`
	// Items and Executions differ when items are batched.
	Items      Counts `json:"items"`
	Executions Counts `json:"executions"`
	// Parts are the part files that hold the records.
	Parts []Part `json:"parts,omitempty"`
	// Records stand instead of parts when there is no staging, and beside them for
	// those that could not be written.
	Records []Record `json:"records,omitempty"`
	// Rest names what is kept of the executions that did not succeed, or were not
	// started, for their redrive; RestItems is that itself when there is no staging.
	Rest      RestParts   `json:"rest,omitempty"`
	RestItems []ItemInput `json:"restItems,omitempty"`
	// LastingItems and LastingExecutions are those of Items and Executions that did
	// not succeed and cannot be redriven.
	LastingItems      Counts `json:"lastingItems,omitzero"`
	LastingExecutions Counts `json:"lastingExecutions,omitzero"`
	// Left are the items of which the shard, which ended by a Failure, has kept
	// nothing: they have not run as far as is known. Pending does not count them.
	Left []Stretch `json:"left,omitempty"`
	// Failure is a fault of the shard as a whole, such as an unreadable source
	// or a faulty ItemSelector: it fails the Map Run.
	Failure *machine.Failure `json:"failure,omitempty"`
	// FieldsFault tells that Failure is of the state's own fields, such as an
	// ItemSelector: a redrive then begins with all items.
	FieldsFault bool `json:"fieldsFault,omitempty"`
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
	// Failure is a fault that fails the Map Run; FieldsFault is as in [ShardResult].
	Failure     *machine.Failure `json:"failure,omitempty"`
	FieldsFault bool             `json:"fieldsFault,omitempty"`
}

// WriteInput are records to be written to part files, in the order of items;
// those of status [Pending] are of items that were not started. The inputs of the
// executions are read again from the source.
type WriteInput struct {
	Shard   ShardRef       `json:"shard"`
	Origin  machine.Origin `json:"origin"`
	Segment int            `json:"segment"`
	Records []Record       `json:"records"`
	// Redrivable is as in [ShardInput].
	Redrivable bool `json:"redrivable,omitempty"`
}

// WriteOutput names the part files written.
type WriteOutput struct {
	Parts []Part    `json:"parts"`
	Rest  RestParts `json:"rest,omitempty"`
	// Unwritten are records that could not be written, by their first items, since
	// their inputs cannot be read any more, for the reason that Failure gives.
	Unwritten []int64          `json:"unwritten,omitempty"`
	Failure   *machine.Failure `json:"failure,omitempty"`
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
	// Redrives is how often the run was redriven.
	Redrives int `json:"redrives,omitempty"`
	// Again are files of executions that still waited for their redrive.
	Again RestParts `json:"again,omitempty"`
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
