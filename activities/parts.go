package activities

import (
	"context"
	"iter"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// partsAhead is how many part files are fetched at once.
const partsAhead = 4

// texts gives the records of the parts of a category in the order of the
// parts, which are fetched ahead.
func (m *Maps) texts(ctx context.Context, run *mapRun, parts wire.Parts, c wire.Category) iter.Seq2[[]byte, error] {
	type fetched struct {
		text []byte
		err  error
	}
	return func(yield func([]byte, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		queue := make(chan chan fetched, partsAhead-1)
		go func() {
			defer close(queue)
			for _, p := range parts {
				if p.Category != c || p.Bytes == 0 {
					continue
				}
				one := make(chan fetched, 1)
				select {
				case queue <- one:
				case <-ctx.Done():
					return
				}
				go func() {
					text, err := objects.Load(ctx, m.Store, run.place.Part(p.Name))
					one <- fetched{text, m.unstaged(err)}
				}()
			}
		}()
		for one := range queue {
			if f := <-one; !yield(f.text, f.err) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(nil, err)
		}
	}
}
