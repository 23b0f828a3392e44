package activities

import (
	"context"
	"errors"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/activities/staging"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Results ends a map run that is over: [wire.ResultsInput] -> [wire.Results].
// An export writes the result files and, last, the manifest; a run without one
// gets the array that is its output. When the run succeeded, staging is emptied
// then; otherwise a redrive goes on from it. Running it again, at any moment, gives
// the same.
func (m *Maps) Results(ctx context.Context, in wire.ResultsInput) (wire.Results, error) {
	defer m.alive(ctx)()
	out, err := m.results(ctx, in)
	return out, concluded(ctx, err)
}

func (m *Maps) results(ctx context.Context, in wire.ResultsInput) (wire.Results, error) {
	place, err := staging.Parse(in.Ref.Staging)
	if err != nil {
		return wire.Results{}, err
	}
	if in.Status != machine.Succeeded {
		return m.makeResults(ctx, in)
	}
	out, there, err := m.earlierResults(ctx, place, in)
	if err == nil && !there {
		if out, err = m.makeResults(ctx, in); err == nil {
			err = m.keepResults(ctx, place, out)
		}
	}
	if err != nil {
		return out, err
	}
	return out, m.empty(ctx, place)
}

func (m *Maps) makeResults(ctx context.Context, in wire.ResultsInput) (wire.Results, error) {
	run, err := m.open(ctx, in.Ref)
	if err != nil {
		return wire.Results{}, err
	}
	out := wire.Results{Written: written(in.Parts)}
	to, export, err := results.Destination(run.spec.Run)
	switch {
	case err != nil:
	case export:
		out.Output, out.Manifest = results.Output(run.spec.Run.MapRunArn, to)
		err = m.writeFiles(ctx, run, in, to)
	case in.Status == machine.Succeeded:
		out.Output, err = m.array(ctx, run, in.Parts)
	default:
		out.Output = value.NullValue
	}
	return out, err
}

// written counts the executions that ended.
func written(parts wire.Parts) (n int64) {
	for _, p := range parts {
		if p.Category != wire.PendingFile {
			n += p.Records
		}
	}
	return n
}

// array puts the state's output together from the parts of successes.
func (m *Maps) array(ctx context.Context, run *mapRun, parts wire.Parts) (value.Value, error) {
	array := results.Array{Format: run.format, Limit: m.ceiling().bytes()}
	for text, err := range m.texts(ctx, run, parts, wire.SucceededFile) {
		if err != nil {
			return value.Value{}, err
		}
		if err := array.Add(text); err != nil {
			return value.Value{}, err
		}
	}
	return array.Output()
}

// writeFiles writes the files of all categories, then the manifest.
func (m *Maps) writeFiles(ctx context.Context, run *mapRun, in wire.ResultsInput, to objects.Location) error {
	manifest := results.Manifest{DestinationBucket: to.Bucket, MapRunArn: run.spec.Run.MapRunArn}
	for _, category := range []struct {
		name  wire.Category
		files *[]results.File
	}{
		{wire.SucceededFile, &manifest.ResultFiles.SUCCEEDED},
		{wire.FailedFile, &manifest.ResultFiles.FAILED},
		{wire.PendingFile, &manifest.ResultFiles.PENDING},
	} {
		target := results.Target{Store: m.Store, At: to, Format: run.format, Limit: m.FileBytes}
		files := results.NewFiles(ctx, target, category.name)
		err := m.addParts(ctx, run, in.Parts, files)
		if err == nil && category.name == wire.FailedFile {
			err = m.addParts(ctx, run, ofCategory(in.Parts, wire.LastingFile, category.name), files)
		}
		if err == nil && category.name == wire.PendingFile {
			err = m.addPending(ctx, run, in, files)
		}
		if err == nil {
			*category.files, err = files.Close()
		}
		files.Abandon(err)
		if err != nil {
			return err
		}
	}
	if err := manifest.Write(ctx, m.Store, to); err != nil || in.Redrives == 0 {
		return err
	}
	return m.prune(ctx, manifest, to)
}

// ofCategory gives the parts of one category as those of another.
func ofCategory(parts wire.Parts, from, to wire.Category) (some wire.Parts) {
	for _, p := range parts {
		if p.Category == from {
			p.Category = to
			some = append(some, p)
		}
	}
	return some
}

// prune deletes result files that an earlier redrive has left and that the
// manifest does not name any more. A lack of permission does not make the results
// less complete.
func (m *Maps) prune(ctx context.Context, manifest results.Manifest, to objects.Location) error {
	err := manifest.Prune(ctx, m.Store, to)
	if refused := (*objects.Error)(nil); errors.As(err, &refused) {
		m.Log.Warn("result files of an earlier redrive cannot be deleted", "mapRun", manifest.MapRunArn, "error", err)
		return nil
	}
	return err
}

func (m *Maps) addParts(ctx context.Context, run *mapRun, parts wire.Parts, files *results.Files) error {
	for text, err := range m.texts(ctx, run, parts, files.Category) {
		if err != nil {
			return err
		}
		if err := files.Add(text); err != nil {
			return err
		}
	}
	return nil
}
