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
	// Report names the Map Run or shard workflow that wants the outcome; nil
	// when nobody does.
	Report *Address `json:"report,omitempty"`
	// Staging is the worker's staging location, written by the first run that
	// learned it.
	Staging string `json:"staging,omitempty"`
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
