package workflows

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// pieceBytes is what a piece of a staged frame has: in a payload it stays
// within wire.ValueLimit even when it does not compress.
const pieceBytes = 1 << 20

// continueAsNew gives the error that ends this run, with the frame as the
// input of the next. It is nil when something has come meanwhile, which this
// run has to see to first. refused means that the frame is too large to travel
// and could not be staged.
func (e *execution) continueAsNew() (next, refused error) {
	input, err := e.successor()
	if err != nil {
		return nil, err
	}
	e.performer.budget.spend(e.work, wire.ValueLimit)
	if e.woken() || e.performer.flights.ready() {
		return nil, nil
	}
	// The workflow type comes from history and so is the same in a replay.
	return workflow.NewContinueAsNewError(e.work, workflow.GetInfo(e.ctx).WorkflowType.Name, input), nil
}

// successor gives the input of the next run.
func (e *execution) successor() (wire.Execution, error) {
	frame, err := json.Marshal(e.machine.Frame())
	if err != nil {
		return wire.Execution{}, err
	}
	yield(e.work) // a large frame takes its time, here and below
	text := wire.PlainText(string(frame))
	input := wire.Execution{
		Definition: e.input.Definition,
		Origin:     e.input.Origin,
		Frame:      &text,
		Started:    e.performer.mapRunsUnderWay(e.machine.Pending()),
		MapRuns:    e.input.MapRuns,
		Report:     e.input.Report,
		Item:       e.input.Item,
		Staging:    e.input.Staging,
	}
	travelling, err := json.Marshal(input)
	if err != nil || e.passage.fits(e.work, len(travelling)) {
		return input, err
	}
	yield(e.work)
	input.Frame = nil
	input.Staged, err = stageText(e.work, &e.performer.budget, stageRequest{owner: e.input.Origin.ID, text: string(frame)})
	return input, err
}

// mapRunsUnderWay gives those of the effects that are Map Runs with a workflow.
func (p *performer) mapRunsUnderWay(pending []machine.Effect) (ids []machine.EffectID) {
	for _, effect := range pending {
		if e, ok := p.errands[effect.ID]; ok && effect.Distribute != nil && !e.unwanted {
			ids = append(ids, effect.ID)
		}
	}
	return ids
}

// idle reports that nothing is in flight that the next run could not take over.
func (p *performer) idle() bool {
	return p.calls.live == 0 && p.starting == 0 &&
		!slices.ContainsFunc(p.early, func(r wire.TaskReport) bool { return p.requested(r.Token) })
}

// stageRequest is a text that goes to staging for the workflow that owns it.
type stageRequest struct{ owner, text string }

// stageText puts a text into staging, piece by piece.
func stageText(ctx workflow.Context, b *budget, r stageRequest) ([]wire.Text, error) {
	ctx = workflow.WithActivityOptions(ctx, stagingOptions("continue as new"))
	var staged []wire.Text
	for number, piece := range pieces(r.text, pieceBytes) {
		b.spend(ctx, len(piece)*4/3)
		input := wire.StageInput{Owner: r.owner, Number: number, Text: wire.PlainText(piece)}
		var at wire.Text
		if err := workflow.ExecuteActivity(ctx, wire.StageActivity, input).Get(ctx, &at); err != nil {
			return nil, err
		}
		staged = append(staged, at)
	}
	return staged, nil
}

// fetchText gets staged pieces back.
func fetchText(ctx workflow.Context, staged []wire.Text) (string, error) {
	ctx = workflow.WithActivityOptions(ctx, stagingOptions("fetch from staging"))
	var text []byte
	for _, at := range staged {
		if at.Staged() == "" {
			text = append(text, at.String()...)
			continue
		}
		var piece wire.Text
		if err := workflow.ExecuteActivity(ctx, wire.FetchActivity, at).Get(ctx, &piece); err != nil {
			return "", fmt.Errorf("%s cannot be fetched: %w", at.Staged(), err)
		}
		text = append(text, piece.String()...)
	}
	return string(text), nil
}

func stagingOptions(summary string) workflow.ActivityOptions {
	return workflow.ActivityOptions{
		StartToCloseTimeout: time.Minute,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: time.Second,
			MaximumInterval: 10 * time.Second,
			MaximumAttempts: 10,
		},
		Summary: summary,
	}
}

// pieces cuts a text into pieces of at most size bytes, between characters.
func pieces(text string, size int) (all []string) {
	for len(text) > size {
		end := size
		for end > 0 && !utf8.RuneStart(text[end]) {
			end--
		}
		all = append(all, text[:end])
		text = text[end:]
	}
	return append(all, text)
}
