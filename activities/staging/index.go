package staging

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// Page is one page of the index of shards.
type Page struct {
	FirstShard int          `json:"firstShard"`
	Shards     []wire.Shard `json:"shards"`
	// Source is what every shard needs beside its range.
	Source wire.Cursor `json:"source"`
	// Next is where planning goes on; nil on the last page.
	Next *wire.Cursor `json:"next,omitempty"`
}

// Index reads and writes what planning leaves for the shards. It is safe for
// concurrent use.
type Index struct {
	store objects.Store
	pages *Cache[pageKey, Page]
}

type pageKey struct {
	place  Place
	number int
}

// cachedPages bounds the memory of an Index: a page is some 20 KB.
const cachedPages = 256

// NewIndex gives the index that is kept in the store.
func NewIndex(s objects.Store) *Index {
	return &Index{store: s, pages: NewCache[pageKey, Page](cachedPages)}
}

// WriteSpec writes the specification of a run. Writing it again is harmless.
func (x *Index) WriteSpec(ctx context.Context, p Place, spec wire.MapSpec) error {
	text, err := json.Marshal(spec)
	if err != nil {
		return err
	}
	return x.store.Put(ctx, p.spec(), text)
}

// Spec reads the specification of a run.
func (x *Index) Spec(ctx context.Context, p Place) (spec wire.MapSpec, err error) {
	err = x.load(ctx, p.spec(), &spec)
	return spec, err
}

// WritePage writes a page and gives the one that stands: when an earlier
// attempt has written the page already, that one counts, since it may have
// been cut differently and shards may know it.
func (x *Index) WritePage(ctx context.Context, p Place, number int, page Page) (Page, error) {
	text, err := json.Marshal(page)
	if err != nil {
		return Page{}, err
	}
	err = x.store.PutNew(ctx, p.page(number), text)
	if refused := (*objects.Error)(nil); errors.As(err, &refused) && refused.Kind == objects.Exists {
		return x.Page(ctx, p, number)
	}
	return page, err
}

// Page reads a page.
func (x *Index) Page(ctx context.Context, p Place, number int) (page Page, err error) {
	key := pageKey{p, number}
	if page, ok := x.pages.Get(key); ok {
		return page, nil
	}
	if err := x.load(ctx, p.page(number), &page); err != nil {
		return Page{}, err
	}
	x.pages.Put(key, page)
	return page, nil
}

func (x *Index) load(ctx context.Context, at objects.Location, into any) error {
	text, err := objects.Load(ctx, x.store, at)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s is damaged: %w", at, err)
	}
	return nil
}
