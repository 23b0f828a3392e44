package reader

import (
	"context"
	"io"
	"iter"
	"strconv"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// manifestLimit is how long a manifest may be in bytes: some hundred thousand
// names of objects.
const manifestLimit = 64 << 20

// manifest is an object that names other objects.
type manifest struct{ object }

func openManifest(s Source) (manifest, error) {
	at, err := keyOf(s.Run.Reader.Parameters)
	return manifest{object{source: s, at: at}}, err
}

func (m manifest) String() string { return "the manifest " + m.at.String() }

// locate gives a location in the manifest's account, when it is in its bucket.
func (m manifest) locate(url string) (objects.Location, error) {
	at, err := objects.Parse(url)
	if at.Bucket == m.at.Bucket {
		at.Owner = m.at.Owner
	}
	return at, err
}

// load reads the manifest, and pins it in the cursor.
func (m manifest) load(ctx context.Context, from *wire.Cursor) ([]byte, error) {
	known, err := m.pin(ctx, wire.Cursor{ETag: from.ETag})
	if err != nil {
		return nil, err
	}
	if from.ETag == "" && known.Size > manifestLimit {
		return nil, fault("The manifest %s is longer than %d bytes.", m.at, manifestLimit)
	}
	from.ETag = known.ETag
	body, err := m.source.Store.Get(ctx, m.at, objects.Range{Length: manifestLimit, ETag: known.ETag})
	if err != nil {
		return nil, unreadable(err)
	}
	defer body.Close()
	return io.ReadAll(body)
}

// names gives the objects after the cursor's Token, which is how many are done
// with.
func names(all []named, from *wire.Cursor) iter.Seq2[named, error] {
	return func(yield func(named, error) bool) {
		done, _ := strconv.Atoi(from.Token)
		for i := done; i < len(all); i++ {
			all[i].token = strconv.Itoa(i + 1)
			if !yield(all[i], nil) {
				return
			}
		}
	}
}

// failed is a sequence that is an error.
func failed(err error) iter.Seq2[named, error] {
	return func(yield func(named, error) bool) { yield(named{}, err) }
}
