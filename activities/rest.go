package activities

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// rest reads what the redrive of executions goes on from, in the order of items.
func (m *Maps) rest(ctx context.Context, run *mapRun, parts []wire.RestPart) ([]wire.ItemInput, error) {
	all := []wire.ItemInput{}
	for _, p := range parts {
		at := run.place.Part(p.Name)
		text, err := objects.Load(ctx, m.Store, at)
		if err != nil {
			return nil, m.unstaged(err)
		}
		before := len(all)
		lines := json.NewDecoder(bytes.NewReader(text))
		for {
			var in wire.ItemInput
			if err := lines.Decode(&in); err == io.EOF {
				break
			} else if err != nil {
				return nil, fmt.Errorf("%s is damaged: %w", at, err)
			}
			all = append(all, in)
		}
		if found := int64(len(all) - before); found != p.Executions {
			return nil, fmt.Errorf("%s is damaged: it has %d of %d executions", at, found, p.Executions)
		}
	}
	slices.SortFunc(all, func(a, b wire.ItemInput) int { return cmp.Compare(a.First, b.First) })
	return all, nil
}

// itemsOf counts the items of executions.
func itemsOf(rest []wire.ItemInput) (n int64) {
	for _, in := range rest {
		n += in.Items
	}
	return n
}
