package results

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Manifest names the result files of a run. It is written last: where it
// stands, the results are complete.
type Manifest struct {
	DestinationBucket string
	MapRunArn         string
	ResultFiles       ResultFiles
}

// ResultFiles are the files by category; a category without records has none.
type ResultFiles struct{ FAILED, PENDING, SUCCEEDED []File }

func manifestAt(at objects.Location) objects.Location { return at.At(at.Key + "manifest.json") }

// Write writes the manifest below the destination.
func (m Manifest) Write(ctx context.Context, s objects.Store, at objects.Location) error {
	for _, files := range []*[]File{&m.ResultFiles.FAILED, &m.ResultFiles.PENDING, &m.ResultFiles.SUCCEEDED} {
		if *files == nil {
			*files = []File{}
		}
	}
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return Unwritable(s.Put(ctx, manifestAt(at), text))
}

// Prune deletes the result files below the destination that the manifest does not
// name: those that an earlier redrive has left. Its errors are the store's.
func (m Manifest) Prune(ctx context.Context, s objects.Store, at objects.Location) error {
	named := map[string]bool{}
	for _, f := range slices.Concat(m.ResultFiles.FAILED, m.ResultFiles.PENDING, m.ResultFiles.SUCCEEDED) {
		named[f.Key] = true
	}
	for _, c := range []wire.Category{wire.FailedFile, wire.PendingFile, wire.SucceededFile} {
		listing := objects.Listing{Location: at, Prefix: at.Key + string(c) + "_"}
		for {
			page, err := s.List(ctx, listing)
			if err != nil || len(page) == 0 {
				if err != nil {
					return err
				}
				break
			}
			for _, there := range page {
				if listing.After = there.Key; named[there.Key] {
					continue
				}
				if err := s.Empty(ctx, at.At(there.Key)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Size gives the length of the files of successes in bytes.
func (m Manifest) Size() (n int64) {
	for _, f := range m.ResultFiles.SUCCEEDED {
		n += f.Size
	}
	return n
}

// ReadManifest reads the manifest below the destination, if it stands there.
func ReadManifest(ctx context.Context, s objects.Store, at objects.Location) (m Manifest, ok bool, err error) {
	text, err := objects.Load(ctx, s, manifestAt(at))
	if refused := (*objects.Error)(nil); errors.As(err, &refused) && refused.Kind == objects.NotFound {
		return m, false, nil
	}
	if err != nil {
		return m, false, Unwritable(err)
	}
	return m, true, json.Unmarshal(text, &m)
}

// Output gives the state's output for an export, and the manifest's URL.
func Output(mapRunArn string, at objects.Location) (value.Value, string) {
	manifest := manifestAt(at)
	details := value.OfObject(
		value.Member{Name: "Bucket", Value: value.OfString(manifest.Bucket)},
		value.Member{Name: "Key", Value: value.OfString(manifest.Key)})
	return value.OfObject(
		value.Member{Name: "MapRunArn", Value: value.OfString(mapRunArn)},
		value.Member{Name: "ResultWriterDetails", Value: details}), manifest.String()
}
