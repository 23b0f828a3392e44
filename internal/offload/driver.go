package offload

import (
	"context"
	"errors"
	"io"
	"sync"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

const (
	// driverName stands in every reference, so it never changes.
	driverName = "aws.s3driver"
	// mostBytes is what an object may have: a value and what is around it in its
	// payload.
	mostBytes = wire.StagedLimit + 4<<20
)

// Driver is the converter.StorageDriver. It is safe for concurrent use, and
// holds the objects of a call one after the other.
type Driver struct {
	open func(context.Context) (objects.Store, error)
	// place is where payloads are written; without a bucket none are.
	place objects.Location

	mu    sync.Mutex
	store objects.Store
}

var _ converter.StorageDriver = (*Driver)(nil)

// Name stands in each reference.
func (d *Driver) Name() string { return driverName }

// Type is that of all drivers that keep payloads in S3.
func (d *Driver) Type() string { return driverName }

// Store writes payloads and gives their claims. An object that is there already
// is written again: it may be about to expire.
func (d *Driver) Store(ctx converter.StorageDriverStoreContext, payloads []*commonpb.Payload) ([]converter.StorageDriverClaim, error) {
	claims := make([]converter.StorageDriverClaim, len(payloads))
	for i, payload := range payloads {
		err := ctx.GetLimiter().Permit(ctx.Context, payload, func() (err error) {
			claims[i], err = d.put(ctx.Context, ctx.Target, payload)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return claims, nil
}

func (d *Driver) put(ctx context.Context, target converter.StorageDriverTargetInfo, payload *commonpb.Payload) (converter.StorageDriverClaim, error) {
	if d.place.Bucket == "" || proto.Size(payload) > mostBytes {
		return converter.StorageDriverClaim{}, &SizeError{Bytes: proto.Size(payload), Staging: d.place.Bucket != ""}
	}
	store, err := d.s3(ctx)
	if err != nil {
		return converter.StorageDriverClaim{}, err
	}
	// The same value has the same bytes and so the same key, whoever tries again.
	content, err := proto.MarshalOptions{Deterministic: true}.Marshal(payload)
	if err != nil {
		return converter.StorageDriverClaim{}, err
	}
	digest := digestOf(content)
	at := d.place.At(d.place.Key + keyOf(target, digest))
	if err := store.Put(ctx, at, content); err != nil {
		return converter.StorageDriverClaim{}, refused(storing, at, err)
	}
	return newClaim(at, digest), nil
}

// Retrieve reads payloads. One that is gone for good comes back as a payload
// that says so, which [Converter] makes a [LostError] of.
func (d *Driver) Retrieve(ctx converter.StorageDriverRetrieveContext, claims []converter.StorageDriverClaim) ([]*commonpb.Payload, error) {
	payloads := make([]*commonpb.Payload, len(claims))
	for i, claim := range claims {
		err := ctx.GetLimiter().Permit(ctx.Context, claim, func() (err error) {
			payloads[i], err = d.get(ctx.Context, claim)
			return err
		})
		if lost := (*LostError)(nil); errors.As(err, &lost) {
			payloads[i], err = lost.payload(), nil
		}
		if err != nil {
			return nil, err
		}
	}
	return payloads, nil
}

func (d *Driver) get(ctx context.Context, claimed converter.StorageDriverClaim) (*commonpb.Payload, error) {
	claim, err := readClaim(claimed)
	if err != nil {
		return nil, &LostError{err.Error()}
	}
	store, err := d.s3(ctx)
	if err != nil {
		return nil, err
	}
	body, err := store.Get(ctx, claim.at, objects.Range{Length: mostBytes + 1})
	if err != nil {
		return nil, refused(reading, claim.at, err)
	}
	defer body.Close()
	content, err := io.ReadAll(io.LimitReader(body, mostBytes+1))
	switch {
	case err != nil:
		return nil, refused(reading, claim.at, err)
	case len(content) > mostBytes:
		return nil, damaged(claim.at, "it is larger than any value can be")
	case digestOf(content) != claim.digest:
		return nil, damaged(claim.at, "its digest is not the one that it was stored with")
	}
	payload := &commonpb.Payload{}
	if err := proto.Unmarshal(content, payload); err != nil {
		return nil, damaged(claim.at, err.Error())
	}
	return payload, nil
}

// s3 gives the store, opened when it is first needed: most processes never meet
// a large value, and reach no S3.
func (d *Driver) s3(ctx context.Context) (objects.Store, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.store != nil {
		return d.store, nil
	}
	store, err := d.open(ctx)
	if err == nil {
		d.store = store
	}
	return store, err
}
