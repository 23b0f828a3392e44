package offload

import (
	"context"
	"fmt"
	"strings"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/proto"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

const (
	// serverTakes is what a Temporal server takes as one payload.
	serverTakes = 2 << 20
	// operations and operationsPerMessage bound what S3 is asked for at once, and
	// so the memory that objects on their way take.
	operations           = 16
	operationsPerMessage = 4
)

// Storage is where a process keeps payloads that are too large for Temporal.
type Storage struct {
	driver *Driver
	// Limit is what one value may amount to in bytes.
	Limit int
}

// New gives the storage of a process: open gives S3 when it is first needed,
// staging is its STEPWELL_STAGING. When that is "", payloads can be read and none
// are stored.
func New(staging string, open func(context.Context) (objects.Store, error)) (*Storage, error) {
	s := &Storage{driver: &Driver{open: open}, Limit: wire.ValueLimit}
	if staging == "" {
		return s, nil
	}
	place, err := objects.Parse(staging)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", setting, err)
	}
	if place.Key = strings.TrimSuffix(place.Key, "/"); place.Key != "" {
		place.Key += "/"
	}
	s.driver.place, s.Limit = place, wire.StagedLimit
	return s, nil
}

// Apply lets a client, and the workers made with it, use the storage.
func (s *Storage) Apply(o *client.Options) {
	o.ExternalStorage = converter.ExternalStorage{
		Drivers:              []converter.StorageDriver{s.driver},
		DriverSelector:       s,
		PayloadSizeThreshold: wire.ValueLimit,
		Concurrency:          converter.ExternalStorageConcurrency{MaxDriverOperations: operations, MaxOperationsPerMessage: operationsPerMessage},
	}
	// A large value takes long to encode, which is no deadlock of a workflow.
	o.DataConverter = workflow.DataConverterWithoutDeadlockDetection(NewConverter())
	o.FailureConverter = newFailures()
}

// SelectDriver says who stores a payload of wire.ValueLimit or more: without
// staging nobody, and Temporal takes it while it is not too large.
func (s *Storage) SelectDriver(_ converter.StorageDriverSelectContext, payload *commonpb.Payload) (converter.StorageDriver, error) {
	switch {
	case s.driver.place.Bucket != "":
		return s.driver, nil
	case proto.Size(payload) >= serverTakes:
		return nil, &SizeError{Bytes: proto.Size(payload)}
	}
	return nil, nil
}
