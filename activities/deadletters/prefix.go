package deadletters

import (
	"context"
	"errors"
	"sync"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
)

// putsAtOnce is how many objects are written at once.
const putsAtOnce = 16

// prefix is a box on S3: an object for each letter, at
// <prefix>/<machine>/<map>/<Map Run>/<item>.json. The same letter has the same
// name.
type prefix struct {
	Address
	store objects.Store
}

// Put writes the objects.
func (p *prefix) Put(ctx context.Context, letters []Letter) ([]Letter, error) {
	failures := make([]error, len(letters))
	places := make(chan struct{}, putsAtOnce)
	var writers sync.WaitGroup
	for i, l := range letters {
		places <- struct{}{}
		writers.Go(func() {
			failures[i] = p.store.Put(ctx, p.at.At(p.at.Key+l.path()), l.text())
			<-places
		})
	}
	writers.Wait()
	var rest []Letter
	for i, err := range failures {
		if err != nil {
			rest = append(rest, letters[i])
		}
	}
	return rest, p.refusal(errors.Join(failures...))
}

func (p *prefix) refusal(err error) error {
	var refused *objects.Error
	if errors.As(err, &refused) {
		return &Refusal{p.text, refused}
	}
	return err
}
