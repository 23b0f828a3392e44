package wire

import (
	"cmp"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// Wave is the input of an activity that runs several Calls of one integration
// at once, one attempt each. What they have in common is written once when it is
// encoded as [Bulk].
type Wave struct {
	Tasks []Task `json:"tasks"`
	// Concurrency bounds how many run at once.
	Concurrency int `json:"concurrency"`
	// Number tells the wave from others of the workflow's run.
	Number int `json:"number,omitempty"`
	// Suspect tells that the Calls were under way when workers were lost. Lost is how
	// often that was with the only one, which has been blamed for it and is retried.
	Suspect bool `json:"suspect,omitempty"`
	Lost    int  `json:"lost,omitempty"`
}

// packedWave is a wave whose Tasks leave out what stands in Common.
type packedWave struct {
	Tasks       []Task      `json:"tasks"`
	Concurrency int         `json:"concurrency"`
	Number      int         `json:"number,omitempty"`
	Suspect     bool        `json:"suspect,omitempty"`
	Lost        int         `json:"lost,omitempty"`
	Common      *waveCommon `json:"common,omitempty"`
}

// waveCommon is what the Tasks of a wave have in common.
type waveCommon struct {
	Resource program.Resource `json:"resource,omitzero"`
	State    string           `json:"state,omitempty"`
	// Executions is what the ARN of each execution begins with.
	Executions string `json:"executions,omitempty"`
}

// MarshalJSONTo encodes a wave with what its Tasks have in common.
func (w Wave) MarshalJSONTo(e *jsontext.Encoder) error { return json.MarshalEncode(e, w.packed()) }

// UnmarshalJSONFrom decodes a wave, whether it is packed or not.
func (w *Wave) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	var p packedWave
	if err := json.UnmarshalDecode(d, &p); err != nil {
		return err
	}
	*w = p.unpacked()
	return nil
}

func (w Wave) packed() packedWave {
	p := packedWave{Tasks: w.Tasks, Concurrency: w.Concurrency, Number: w.Number, Suspect: w.Suspect, Lost: w.Lost}
	if len(w.Tasks) < 2 {
		return p
	}
	first := w.Tasks[0]
	common := waveCommon{first.Call.Resource, first.State, first.Execution[:strings.LastIndexByte(first.Execution, ':')+1]}
	for _, t := range w.Tasks {
		if t.Call.Resource != common.Resource {
			common.Resource = program.Resource{}
		}
		if t.State != common.State {
			common.State = ""
		}
		if !strings.HasPrefix(t.Execution, common.Executions) {
			common.Executions = ""
		}
	}
	p.Tasks, p.Common = make([]Task, len(w.Tasks)), &common
	for i, t := range w.Tasks {
		if t.Call.Resource == common.Resource {
			t.Call.Resource = program.Resource{}
		}
		if t.State == common.State {
			t.State = ""
		}
		t.Execution = t.Execution[len(common.Executions):]
		p.Tasks[i] = t
	}
	return p
}

func (p packedWave) unpacked() Wave {
	if p.Common != nil {
		for i := range p.Tasks {
			t := &p.Tasks[i]
			if t.Call.Resource == (program.Resource{}) {
				t.Call.Resource = p.Common.Resource
			}
			t.State = cmp.Or(t.State, p.Common.State)
			t.Execution = p.Common.Executions + t.Execution
		}
	}
	return Wave{Tasks: p.Tasks, Concurrency: p.Concurrency, Number: p.Number, Suspect: p.Suspect, Lost: p.Lost}
}

// WaveResult holds the outcomes, parallel to the wave's Tasks; a nil outcome
// is a Call that was not started, or one whose outcome went ahead as a [WaveRest].
type WaveResult struct {
	Outcomes []*machine.Outcome `json:"outcomes"`
	// Slowest is how long the slowest of the Calls took; 0 when that is not
	// known. Waves of slow Calls become narrow.
	Slowest time.Duration `json:"slowest,omitempty"`
	// Held are the places of the Calls that were not started because their
	// resource is not to be called now. Hold is how long nothing that calls it
	// should be started; it stands as well when such Calls have failed instead.
	Held []int         `json:"held,omitempty"`
	Hold time.Duration `json:"hold,omitempty"`
	// Lost is how many workers the wave has lost. Calls without an outcome may have
	// been made by each of them. A wave of suspects that has come to its end has lost
	// none; with a loss, one that was alone has its verdict as its outcome.
	Lost int `json:"lost,omitempty"`
}

// WaveProgress stands in the heartbeat details of a wave: the outcomes that a
// later attempt need not come by again.
type WaveProgress struct {
	Done   []PlacedOutcome `json:"done,omitempty"`
	Losses WaveLosses      `json:"losses,omitzero"`
}

// WaveLosses is what the attempts at a wave tell of those that were lost with their
// worker. An attempt that tells nothing was.
type WaveLosses struct {
	// Excused is how many attempts have come to an end of their own.
	Excused int `json:"excused,omitempty"`
	// Of a wave of suspects Lost is how many attempts were lost while they made Calls.
	// Under tells that the one which has told this makes some, since Began.
	Lost  int       `json:"lost,omitempty"`
	Under bool      `json:"under,omitempty"`
	Began time.Time `json:"began,omitzero"`
}

// WaveRest are outcomes of a wave that its result has no room for.
type WaveRest struct {
	Number int             `json:"number"`
	Done   []PlacedOutcome `json:"done"`
}

// PlacedOutcome is the outcome of the wave's Task at a place.
type PlacedOutcome struct {
	Place   int             `json:"place"`
	Outcome machine.Outcome `json:"outcome"`
}
