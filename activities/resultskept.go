package activities

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/activities/staging"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// earlierResults gives what an earlier attempt came to, which may have emptied
// staging before it was lost. The witness is a small file with the outcome, which
// staging elsewhere keeps; staging beside the results is emptied of that too, and
// then the manifest is the witness. Only a run that has succeeded leaves these, so
// none is of a redrive before; but a manifest there may be of one, so it counts only
// when staging is gone, and has to name all that has succeeded.
func (m *Maps) earlierResults(ctx context.Context, place staging.Place, in wire.ResultsInput) (out wire.Results, there bool, err error) {
	text, err := objects.Load(ctx, m.Store, place.Outcome())
	if err == nil {
		return out, true, json.Unmarshal(text, &out)
	}
	to, beside := place.Results()
	switch {
	case !missing(err):
		return out, false, m.unstaged(err)
	case !beside:
		return out, false, nil
	case in.Redrives > 0:
		if _, err := m.index.Spec(ctx, place); !missing(err) {
			return out, false, m.unstaged(err)
		}
	}
	manifest, there, err := results.ReadManifest(ctx, m.Store, to)
	if err != nil || !there || in.Redrives > 0 && manifest.Size() < succeededBytes(in.Parts) {
		return out, false, err
	}
	out.Written = written(in.Parts)
	out.Output, out.Manifest = results.Output(manifest.MapRunArn, to)
	return out, true, nil
}

// missing reports the error of an object that is not there.
func missing(err error) bool {
	var refused *objects.Error
	return errors.As(err, &refused) && refused.Kind == objects.NotFound
}

// succeededBytes gives the length of the records of successes.
func succeededBytes(parts wire.Parts) (n int64) {
	for _, p := range parts {
		if p.Category == wire.SucceededFile {
			n += p.Bytes
		}
	}
	return n
}

// keepResults leaves what earlierResults looks for.
func (m *Maps) keepResults(ctx context.Context, place staging.Place, out wire.Results) error {
	text, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return m.unstaged(m.Store.Put(ctx, place.Outcome(), text))
}

// empty deletes the files of the run, but for an outcome elsewhere. A lack of permission
// does not make the results less complete.
func (m *Maps) empty(ctx context.Context, place staging.Place) error {
	for _, at := range place.Doomed() {
		err := m.Store.Empty(ctx, at)
		if refused := (*objects.Error)(nil); errors.As(err, &refused) {
			m.Log.Warn("staging cannot be emptied; delete it yourself", "staging", place.String(), "error", err)
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}
