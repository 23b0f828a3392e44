package workflows

import (
	"errors"
	"strings"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/programs"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// invalidDefinition is the error of a definition that does not translate (AWS
// API, CreateStateMachine).
const invalidDefinition = "InvalidDefinition"

// keptPrograms is how many programs a process keeps when it brings no cache.
const keptPrograms = 1_000

// Compile makes the program of a definition whose text is at hand; the error
// shows all its faults. It is what a cache for [Options] and activities needs.
func Compile(d wire.Definition) (*program.Program, error) {
	options := []translator.Option{translator.OfType(program.Type(d.Type))}
	if d.Processor {
		options = append(options, translator.AsProcessor())
	}
	if d.Leaf != "" {
		options = append(options, translator.Leaf(program.LeafKind(d.Leaf)))
	}
	p, diagnostics := translator.Translate(d.Text.String(), options...)
	if p == nil {
		return nil, errors.New(strings.TrimSpace(translator.Report(d.Text.String(), diagnostics, options...)))
	}
	return p, nil
}

// program gives the program of a definition, which may have to be fetched. The
// cache decides nothing that a replay could see: the same definition always
// gives an equal program.
func (w *workflows) program(ctx workflow.Context, d wire.Definition) (*program.Program, error) {
	text, err := fetchText(ctx, []wire.Text{d.Text})
	if err != nil {
		return nil, refusal(invalidDefinition, "The definition at %v", err)
	}
	d.Text = wire.PlainText(text)
	p, err := w.programs.Get(d)
	if err != nil {
		return nil, refusal(invalidDefinition, "%v", err)
	}
	return p, nil
}

// newPrograms gives the cache of a process that brings none.
func newPrograms() *programs.Cache { return programs.New(Compile, keptPrograms) }
