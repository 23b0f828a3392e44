package idempotency_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"

	"github.com/seed-a99ddb6e/stepwell/idempotency"
)

// header is one of Temporal's.
type header map[string]*commonpb.Payload

func (h header) Set(name string, p *commonpb.Payload) { h[name] = p }

func (h header) Get(name string) (*commonpb.Payload, bool) {
	p, ok := h[name]
	return p, ok
}

func (h header) ForEachKey(visit func(string, *commonpb.Payload) error) error {
	for name, p := range h {
		if err := visit(name, p); err != nil {
			return err
		}
	}
	return nil
}

func TestPropagator(t *testing.T) {
	p, sent := idempotency.Propagator{}, header{}
	require.NoError(t, p.Inject(t.Context(), sent))
	assert.Empty(t, sent, "without a key there is no header")
	require.NoError(t, p.Inject(idempotency.In(t.Context(), "k-1"), sent))
	assert.Equal(t, `"k-1"`, string(sent[idempotency.Header].GetData()), "what other languages read")

	ctx, err := p.Extract(t.Context(), sent)
	require.NoError(t, err)
	assert.Equal(t, "k-1", idempotency.Key(ctx))
	onward := header{}
	require.NoError(t, p.Inject(ctx, onward))
	assert.Empty(t, onward, "the key is not handed on")

	sent[idempotency.Header].Data = []byte("{")
	ctx, err = p.Extract(t.Context(), sent)
	require.NoError(t, err, "an activity works without its key")
	assert.Empty(t, idempotency.Key(ctx))
}
