package wire

import (
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Category is a kind of result file.
type Category string

// The categories of result files (AWS, "ResultWriter (Map)").
const (
	SucceededFile Category = "SUCCEEDED"
	FailedFile    Category = "FAILED"
	PendingFile   Category = "PENDING"
)

// Categories of part files that are no result files of their own.
const (
	// LastingFile has records of executions that did not succeed and cannot be
	// redriven. They go to FAILED result files, whatever is redriven.
	LastingFile Category = "LASTING"
	// RestFile has a line for each execution that can be redriven: the JSON of an
	// [ItemInput] with what is known of it from before. See [RestPart].
	RestFile Category = "REST"
)

// Pending is the status, in the [Record] of an item, of an execution that was
// not started.
const Pending machine.Status = "PENDING"

// PendingRedrive is the status of an execution that did not succeed and waits for
// its redrive (AWS API, ListExecutions: status).
const PendingRedrive machine.Status = "PENDING_REDRIVE"

// CategoryOf gives the kind of result file that a record goes to.
func CategoryOf(s machine.Status) Category {
	switch s {
	case machine.Succeeded:
		return SucceededFile
	case Pending, PendingRedrive:
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
	// Redrives is how often it was redriven.
	Redrives int `json:"redrives,omitempty"`
	// Lasting tells that it did not succeed and cannot be redriven. Frame and Run
	// are, for one that can, as in [Earlier].
	Lasting bool   `json:"lasting,omitempty"`
	Frame   *Text  `json:"frame,omitempty"`
	Run     string `json:"run,omitempty"`
}

// Category gives the kind of part file that the record goes to.
func (r Record) Category() Category {
	if r.Lasting {
		return LastingFile
	}
	return CategoryOf(r.Ended.Status)
}

// Rest gives what a redrive of the execution goes on from, with the input that it
// had; ok is false for one that succeeded or cannot be redriven.
func (r Record) Rest(in ItemInput) (rest ItemInput, ok bool) {
	rest = ItemInput{First: r.First, Items: r.Items, Input: in.Input}
	switch {
	case r.Ended.Status == machine.Succeeded || r.Lasting:
		return rest, false
	case r.Ended.Status != Pending:
		rest.Earlier = &Earlier{
			Status: r.Ended.Status, Frame: r.Frame, Run: r.Run, Redrives: r.Redrives, Started: r.Ended.Started, Stopped: r.Ended.Stopped,
		}
		if f := r.Ended.Failure; f != nil {
			rest.Earlier.Error, rest.Earlier.Cause = shown(f.Error), shown(f.Cause)
		}
	case in.Earlier != nil: // it was to be redriven and was not
		rest.Earlier = in.Earlier
	default:
		rest.Earlier = &Earlier{Status: Pending}
	}
	return rest, true
}

// shownText is how many characters of an error or cause are kept for people.
const shownText = 500

// shown gives a text as far as it is kept for people.
func shown(v value.Value) string {
	runes := []rune(v.Text())
	if len(runes) > shownText {
		return string(runes[:shownText-1]) + "…"
	}
	return string(runes)
}
