package reader

import (
	"bytes"
	"context"
	"iter"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// athena is the manifest of an UNLOAD query of Amazon Athena: a line for each
// data file, with its s3:// URL (Athena, "UNLOAD", "Considerations").
type athena struct {
	manifest
	content content
}

func openAthena(s Source) (Reader, error) {
	m, err := openManifest(s)
	if err != nil {
		return nil, err
	}
	c, err := contentOf(s.Run.Reader.Config)
	return &several{s, &athena{m, c}}, err
}

func (a *athena) contentOf(objects.Location) content { return a.content }

func (a *athena) after(ctx context.Context, from *wire.Cursor) iter.Seq2[named, error] {
	content, err := a.load(ctx, from)
	if err != nil {
		return failed(err)
	}
	var all []named
	for i, line := range bytes.Split(content, []byte("\n")) {
		url := strings.Trim(strings.TrimSpace(string(line)), `"`)
		if url == "" {
			continue
		}
		at, err := a.locate(url)
		if err != nil || at.Key == "" {
			return failed(fault("Line %d of %s is not the URL of an object: %q.", i+1, a, short(url)))
		}
		all = append(all, named{at: at})
	}
	return names(all, from)
}

// short bounds a text that goes into a cause.
func short(s string) string {
	const most = 200
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "..."
	}
	return s
}
