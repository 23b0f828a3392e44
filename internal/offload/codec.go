package offload

import (
	"net/http"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
)

// codecBytes bounds a request to the codec server: the payloads that one page of
// the Web UI shows.
const codecBytes = 32 << 20

// codec shows payloads as people can read them.
type codec struct{}

// Encode leaves payloads as they are: what people write is never bulky.
func (codec) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) { return payloads, nil }

// Decode gives the JSON of those that are compressed.
func (codec) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	all := make([]*commonpb.Payload, len(payloads))
	for i, payload := range payloads {
		var err error
		if all[i], err = plain(payload); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// NewCodecServer gives a codec server (Temporal, "Codec Server"), with which the
// Web UI and the temporal command show what is compressed. It tells nobody more
// than he has brought, so pages of any origin may ask it.
func NewCodecServer() http.Handler {
	answers := converter.NewPayloadCodecHTTPHandler(codec{})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		allow := w.Header()
		allow.Set("Access-Control-Allow-Origin", "*")
		allow.Set("Access-Control-Allow-Methods", "POST, OPTIONS")
		allow.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Namespace")
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, codecBytes)
		answers.ServeHTTP(w, r)
	})
}
