package offload

import (
	"context"
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/proxy"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
)

// lostEncoding marks a payload that stands for one that is gone; its data say
// why. It is made when a reference is resolved and never travels.
const lostEncoding = "stepwell/lost"

// LostError is a value that staging does not have any more and that no retry
// will bring back.
type LostError struct{ Reason string }

func (e *LostError) Error() string { return e.Reason }

// Lost marks the error for packages that do not know this one.
func (e *LostError) Lost() {}

func gone(at objects.Location) error {
	return &LostError{fmt.Sprintf("a large value is no longer in staging: %s does not exist. "+
		"Was it deleted, or did a lifecycle rule of the bucket expire it? Such a rule must leave objects for as long as an execution may run and Temporal keeps its history.", at)}
}

func damaged(at objects.Location, why string) error {
	return &LostError{fmt.Sprintf("a large value in staging (%s) is damaged: %s. Was it overwritten?", at, why)}
}

func (e *LostError) payload() *commonpb.Payload {
	return &commonpb.Payload{
		Metadata: map[string][]byte{converter.MetadataEncoding: []byte(lostEncoding)},
		Data:     []byte(e.Reason),
	}
}

// lostIn gives the error of a payload that stands for a lost one, else nil.
func lostIn(payload *commonpb.Payload) error {
	if string(payload.GetMetadata()[converter.MetadataEncoding]) != lostEncoding {
		return nil
	}
	return &LostError{string(payload.GetData())}
}

// LostIn gives the [LostError] of the first payload in a message, such as a
// history, that stands for a lost one; nil when there is none.
func LostIn(message proto.Message) error {
	return proxy.VisitPayloads(context.Background(), message, proxy.VisitPayloadsOptions{
		SkipSearchAttributes: true,
		Visitor: func(_ *proxy.VisitPayloadsContext, payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
			for _, payload := range payloads {
				if err := lostIn(payload); err != nil {
					return nil, err
				}
			}
			return payloads, nil
		},
	})
}
