package offload

import (
	"fmt"
	"sync"

	// Speaks encoding/json's dialect in two thirds of its time.
	json "github.com/go-json-experiment/json/v1"
	"github.com/klauspost/compress/zstd"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

const (
	// bulkEncoding marks the JSON of a [wire.Bulk], compressed with zstd.
	bulkEncoding = "json/zstd"
	// bulkBytes is the length of the JSON in bytes from which it is compressed. What
	// is shorter people can read in the Web UI.
	bulkBytes = 4 << 10
)

// zstandard are what all converters share: they are safe for concurrent use as
// they are used, and dear to make.
var zstandard = struct {
	encoder func() *zstd.Encoder
	decoder func() *zstd.Decoder
}{
	sync.OnceValue(func() *zstd.Encoder {
		e, _ := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest)) // no option that could be refused
		return e
	}),
	sync.OnceValue(func() *zstd.Decoder {
		d, _ := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(wire.ValueLimit))
		return d
	}),
}

// bulkPayload encodes what is bulky: much the same text again and again, of which
// about a tenth then crosses Temporal and stays in its database. A text of
// wire.ValueLimit or more is left as it is, since a payload is counted by the bytes
// of its text, or as a reference to staging (package workflows, budget).
func bulkPayload(v wire.Bulk) (*commonpb.Payload, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	encoding := converter.MetadataEncodingJSON
	if len(text) >= bulkBytes && len(text) < wire.ValueLimit {
		encoding, text = bulkEncoding, zstandard.encoder().EncodeAll(text, make([]byte, 0, len(text)/4))
	}
	return &commonpb.Payload{Metadata: map[string][]byte{converter.MetadataEncoding: []byte(encoding)}, Data: text}, nil
}

// fromBulkPayload decodes a plain payload of what is bulky, which was encoded as
// such or, by an earlier version, as everything else.
func fromBulkPayload(payload *commonpb.Payload, into wire.Bulk) error {
	if encoding := string(payload.GetMetadata()[converter.MetadataEncoding]); encoding != converter.MetadataEncodingJSON {
		return fmt.Errorf("%T: %w: %s", into, converter.ErrEncodingIsNotSupported, encoding)
	}
	return json.Unmarshal(payload.GetData(), into)
}

// plain gives a payload as it was before it was compacted.
func plain(payload *commonpb.Payload) (*commonpb.Payload, error) {
	if string(payload.GetMetadata()[converter.MetadataEncoding]) != bulkEncoding {
		return payload, nil
	}
	text, err := zstandard.decoder().DecodeAll(payload.GetData(), nil)
	if err != nil {
		return nil, err
	}
	before := proto.CloneOf(payload)
	before.Metadata[converter.MetadataEncoding], before.Data = []byte(converter.MetadataEncodingJSON), text
	return before, nil
}
