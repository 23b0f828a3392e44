package offload

import (
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// Converter is a data converter that compresses what is bulky, gives a [LostError]
// for what is lost, and leaves all else to the one below it.
type Converter struct{ converter.DataConverter }

// NewConverter gives the Converter over the SDK's default.
func NewConverter() Converter { return Converter{converter.GetDefaultDataConverter()} }

// ToPayload encodes a value.
func (c Converter) ToPayload(v any) (*commonpb.Payload, error) {
	if bulk, ok := v.(wire.Bulk); ok {
		return bulkPayload(bulk)
	}
	return c.DataConverter.ToPayload(v)
}

// ToPayloads encodes values.
func (c Converter) ToPayloads(values ...any) (*commonpb.Payloads, error) {
	if len(values) == 0 {
		return nil, nil
	}
	all := make([]*commonpb.Payload, len(values))
	for i, v := range values {
		if raw, ok := v.(converter.RawValue); ok {
			all[i] = raw.Payload()
			continue
		}
		var err error
		if all[i], err = c.ToPayload(v); err != nil {
			return nil, fmt.Errorf("value %d: %w", i, err)
		}
	}
	return &commonpb.Payloads{Payloads: all}, nil
}

// FromPayload decodes a payload.
func (c Converter) FromPayload(payload *commonpb.Payload, into any) error {
	payload, err := there(payload)
	if err != nil {
		return err
	}
	if bulk, ok := into.(wire.Bulk); ok {
		return fromBulkPayload(payload, bulk)
	}
	return c.DataConverter.FromPayload(payload, into)
}

// FromPayloads decodes payloads, as many as there are places for.
func (c Converter) FromPayloads(payloads *commonpb.Payloads, into ...any) error {
	for i, payload := range payloads.GetPayloads() {
		if i == len(into) {
			break
		}
		if raw, ok := into[i].(*converter.RawValue); ok {
			*raw = converter.NewRawValue(payload)
			continue
		}
		if err := c.FromPayload(payload, into[i]); err != nil {
			return fmt.Errorf("payload %d: %w", i, err)
		}
	}
	return nil
}

// ToString gives a payload for people.
func (c Converter) ToString(payload *commonpb.Payload) string {
	payload, err := there(payload)
	if err != nil {
		return err.Error()
	}
	return c.DataConverter.ToString(payload)
}

// ToStrings gives payloads for people.
func (c Converter) ToStrings(payloads *commonpb.Payloads) (all []string) {
	for _, payload := range payloads.GetPayloads() {
		all = append(all, c.ToString(payload))
	}
	return all
}

// there gives a payload that the converter below can decode, unless it is lost.
func there(payload *commonpb.Payload) (*commonpb.Payload, error) {
	if err := lostIn(payload); err != nil {
		return nil, err
	}
	return plain(payload)
}
