package activities

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// Stage puts a text into staging: [wire.StageInput] -> [wire.Text]. Its place
// is texts/<owner>/<number>-<digest> below the worker's setting, so a text that
// stands is never changed.
func (m *Maps) Stage(ctx context.Context, in wire.StageInput) (wire.Text, error) {
	at, err := objects.Parse(m.Staging)
	if err != nil {
		return wire.Text{}, settled(faulty(machine.ErrorRuntime, "A text of %d bytes is too long for the execution's history. %s", len(in.Text.String()), needsStaging))
	}
	content := in.Text.String()
	if at.Key = strings.TrimSuffix(at.Key, "/"); at.Key != "" {
		at.Key += "/"
	}
	at.Key += fmt.Sprintf("texts/%s/%d-%s", digest(in.Owner), in.Number, digest(content))
	if err := m.Store.Put(ctx, at, []byte(content)); err != nil {
		return wire.Text{}, settled(m.unstaged(err))
	}
	return wire.StagedText(at.String()), nil
}

// Fetch gets a staged text: [wire.Text] -> [wire.Text] with its content. A text
// that is not staged is given back.
func (m *Maps) Fetch(ctx context.Context, t wire.Text) (wire.Text, error) {
	if t.Staged() == "" {
		return t, nil
	}
	at, err := objects.Parse(t.Staged())
	if err != nil {
		return t, settled(faulty(machine.ErrorRuntime, "%s", err))
	}
	content, err := objects.Load(ctx, m.Store, at)
	if refused := (*objects.Error)(nil); errors.As(err, &refused) {
		err = faulty(machine.ErrorRuntime, "A text of the execution cannot be read from staging: %s.", refused)
	}
	return wire.PlainText(string(content)), settled(err)
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}
