package offload

import (
	"context"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/proxy"
	sdkpb "go.temporal.io/api/sdk/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// histories is Temporal's service with whole values in the histories that it
// gives: clients of the SDK resolve references everywhere but there.
type histories struct {
	workflowservice.WorkflowServiceClient
	driver *Driver
}

// Service gives the service with values in place of references in all histories.
// They are read page by page as the caller asks for them.
func (s *Storage) Service(of workflowservice.WorkflowServiceClient) workflowservice.WorkflowServiceClient {
	return histories{of, s.driver}
}

// GetWorkflowExecutionHistory gives a page of a history.
func (h histories) GetWorkflowExecutionHistory(ctx context.Context, in *workflowservice.GetWorkflowExecutionHistoryRequest,
	options ...grpc.CallOption) (*workflowservice.GetWorkflowExecutionHistoryResponse, error) {
	page, err := h.WorkflowServiceClient.GetWorkflowExecutionHistory(ctx, in, options...)
	if err != nil {
		return nil, err
	}
	return page, h.driver.resolve(ctx, page)
}

// resolve puts payloads in place of the references in a message.
func (d *Driver) resolve(ctx context.Context, message proto.Message) error {
	return proxy.VisitPayloads(ctx, message, proxy.VisitPayloadsOptions{
		SkipSearchAttributes: true,
		Visitor: func(_ *proxy.VisitPayloadsContext, payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
			for i, payload := range payloads {
				claim, ok := claimIn(payload)
				if !ok {
					continue
				}
				found, err := d.Retrieve(converter.StorageDriverRetrieveContext{Context: ctx}, []converter.StorageDriverClaim{claim})
				if err != nil {
					return nil, err
				}
				payloads[i] = found[0]
			}
			return payloads, nil
		},
	})
}

// claimIn gives the claim of a payload that is a reference to a payload in S3.
func claimIn(payload *commonpb.Payload) (claim converter.StorageDriverClaim, ok bool) {
	var reference sdkpb.ExternalStorageReference
	about := payload.GetMetadata()
	if string(about[converter.MetadataEncoding]) != converter.MetadataEncodingProtoJSON ||
		string(about[converter.MetadataMessageType]) != string(reference.ProtoReflect().Descriptor().FullName()) {
		return claim, false
	}
	read := protojson.UnmarshalOptions{DiscardUnknown: true}
	if read.Unmarshal(payload.GetData(), &reference) != nil || reference.GetDriverName() != driverName {
		return claim, false
	}
	return converter.StorageDriverClaim{ClaimData: reference.GetClaimData()}, true
}
