package wire

import (
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Definition is a state machine as it travels with those who run it.
type Definition struct {
	Text Text `json:"text"`
	// Type is STANDARD or EXPRESS.
	Type string `json:"type"`
	// Processor marks an ItemProcessor.
	Processor bool `json:"processor,omitempty"`
	// Leaf asks for a leaf of distributed maps whatever the plan says.
	Leaf string `json:"leaf,omitempty"`
}

// Execution is the input of an execution's workflow.
type Execution struct {
	Definition Definition     `json:"definition"`
	Origin     machine.Origin `json:"origin"`
	Input      value.Value    `json:"input"`
	// Frame stands when an earlier run of the workflow was continued: the JSON
	// of a machine.Frame. Input is then absent.
	Frame *Text `json:"frame,omitempty"`
	// Staged stands instead of Frame when that went to staging: its pieces in
	// their order.
	Staged []Text `json:"staged,omitempty"`
	// Started are the effects in the frame that the earlier run has started and
	// that go on without it: its Map Runs.
	Started []machine.EffectID `json:"started,omitempty"`
	// Redrive stands when an execution that had ended goes on in this run: Frame
	// or Staged is where it had ended.
	Redrive *Redrive `json:"redrive,omitempty"`
	// MapRuns are those that go on when a redriven execution asks for them.
	MapRuns []MapRunRest `json:"mapRuns,omitempty"`
	// Report names the Map Run or shard workflow that wants the outcome; nil
	// when nobody does.
	Report *Address `json:"report,omitempty"`
	// Item marks the execution of an item of a Map Run: when it does not succeed, its
	// error tells an [ItemRest].
	Item bool `json:"item,omitempty"`
	// Staging is the worker's staging location, written by the first run that
	// learned it.
	Staging string `json:"staging,omitempty"`
}

// ItemRest is where the execution of an item stood that did not succeed, for its
// redrive.
type ItemRest struct {
	// Frame is the JSON of its last machine.Frame; nil when there is none, or one
	// that is too large to be kept: then it cannot be redriven.
	Frame *Text `json:"frame,omitempty"`
	// Run is the id of the workflow's last run.
	Run string `json:"run,omitempty"`
}

// Redrive is one redrive of an execution, as its workflow's input has it and the
// memo of its workflow.
type Redrive struct {
	// Count is the number of redrives with this one, Time when it was asked for.
	Count int       `json:"count"`
	Time  time.Time `json:"time"`
	// Run is the id of the workflow's run that ended last before.
	Run string `json:"run"`
	// NewMapRuns lets a new Map Run over all items take the place of each that
	// has ended without success and is not among the MapRuns.
	NewMapRuns bool `json:"newMapRuns,omitempty"`
}

// MapRunRest is what is left to do of a Map Run that has ended, for its redrive.
type MapRunRest struct {
	MapRunArn string `json:"mapRunArn"`
	// Started is when the run began.
	Started time.Time `json:"started"`
	// Reason says why it cannot go on, "" when it can.
	Reason string `json:"reason,omitempty"`
	// Progress is what the next run of its workflow goes on from: JSON that
	// belongs to package workflows. Without it the run begins again.
	Progress *Text `json:"progress,omitempty"`
	// Items is how many items are to be run, as far as they have been planned.
	Items int64 `json:"items,omitempty"`
	// Run is the id of the workflow's run that ended, as the one who redrives it has
	// seen it.
	Run string `json:"run,omitempty"`
	// Replaced tells that a new Map Run over all items takes its place, as on AWS
	// after States.DataLimitExceeded or a fault of the state's own fields.
	Replaced bool `json:"replaced,omitempty"`
}

// StageInput is a text, or a piece of one, that a workflow puts into staging.
type StageInput struct {
	// Owner is the ARN of the execution, or the id of the workflow, that owns
	// the text; Number the place of the piece in it. A piece that is staged
	// again must not change one that stands.
	Owner  string `json:"owner"`
	Number int    `json:"number"`
	Text   Text   `json:"text"`
}

// Address is where a report goes: a workflow, and the effect or place there.
type Address struct {
	WorkflowID string           `json:"workflowId"`
	Effect     machine.EffectID `json:"effect,omitempty"`
}

// OutcomeReport is how the effect of an execution ended.
type OutcomeReport struct {
	Effect  machine.EffectID `json:"effect"`
	Outcome machine.Outcome  `json:"outcome"`
}

// Ended is how an execution ended.
type Ended struct {
	Status  machine.Status   `json:"status"`
	Output  value.Value      `json:"output,omitzero"`
	Failure *machine.Failure `json:"failure,omitempty"`
	Started time.Time        `json:"started"`
	Stopped time.Time        `json:"stopped"`
}

// Description is what an execution tells of itself while it runs.
type Description struct {
	Status machine.Status `json:"status"`
	// Paths tell where it stands: state names from the outside in, one line a
	// thread.
	Paths []string `json:"paths,omitempty"`
	// MapRuns are the workflows of its Map Runs under way.
	MapRuns []MapRunLink     `json:"mapRuns,omitempty"`
	Failure *machine.Failure `json:"failure,omitempty"`
}

// MapRunLink points to a Map Run.
type MapRunLink struct {
	MapRunArn  string `json:"mapRunArn"`
	WorkflowID string `json:"workflowId"`
	State      string `json:"state"`
}
