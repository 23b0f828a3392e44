package offload

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/objects/objectstest"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// storageIn gives a storage below s3://bucket/staging, or wherever setting says.
func storageIn(t *testing.T, store objects.Store, setting string) *Storage {
	t.Helper()
	s, err := New(setting, func(context.Context) (objects.Store, error) { return store, nil })
	require.NoError(t, err)
	return s
}

func payloadOf(t *testing.T, v any) *commonpb.Payload {
	t.Helper()
	p, err := NewConverter().ToPayload(v)
	require.NoError(t, err)
	return p
}

// counting is a limiter that counts its permits.
type counting[T any] struct{ permits atomic.Int32 }

func (c *counting[T]) Permit(_ context.Context, _ T, do func() error) error {
	c.permits.Add(1)
	return do()
}

func target() converter.StorageDriverTargetInfo {
	return converter.StorageDriverWorkflowInfo{Namespace: "default", WorkflowType: "m", WorkflowID: "m/one", RunID: "r"}
}

func (s *Storage) put(t *testing.T, payloads ...*commonpb.Payload) ([]converter.StorageDriverClaim, error) {
	t.Helper()
	limiter := &counting[*commonpb.Payload]{}
	claims, err := s.driver.Store(converter.StorageDriverStoreContext{Context: t.Context(), Target: target(), Limiter: limiter}, payloads)
	if err == nil {
		assert.EqualValues(t, len(payloads), limiter.permits.Load(), "each in a permit")
	}
	return claims, err
}

func (s *Storage) take(t *testing.T, claims ...converter.StorageDriverClaim) ([]*commonpb.Payload, error) {
	t.Helper()
	limiter := &counting[converter.StorageDriverClaim]{}
	payloads, err := s.driver.Retrieve(converter.StorageDriverRetrieveContext{Context: t.Context(), Limiter: limiter}, claims)
	if err == nil {
		assert.EqualValues(t, len(claims), limiter.permits.Load(), "each in a permit")
	}
	return payloads, err
}

func TestRoundTrip(t *testing.T) {
	for setting, prefix := range map[string]string{
		"s3://b": "", "s3://b/staging": "staging/", "s3://b/staging/": "staging/",
	} {
		t.Run(setting, func(t *testing.T) {
			store := objectstest.New("b")
			s := storageIn(t, store, setting)
			one, two := payloadOf(t, strings.Repeat("x", wire.ValueLimit)), payloadOf(t, map[string]int{"a": 1})
			claims, err := s.put(t, one, two)
			require.NoError(t, err)
			assert.Equal(t, "b", claims[0].ClaimData["bucket"])
			assert.Equal(t, "sha256", claims[0].ClaimData["hash_algorithm"])
			assert.Equal(t, prefix+"v0/ns/default/wt/m/wi/m%2Fone/ri/r/d/sha256/"+claims[0].ClaimData["hash_value"], claims[0].ClaimData["key"])
			assert.Len(t, store.Keys("b", prefix+"v0/"), 2)
			again, err := s.put(t, one)
			require.NoError(t, err)
			assert.Equal(t, claims[0], again[0], "the same value has the same place")
			assert.Len(t, store.Keys("b", ""), 2)

			// To read takes no setting.
			payloads, err := storageIn(t, store, "").take(t, claims...)
			require.NoError(t, err)
			assert.True(t, proto.Equal(one, payloads[0]))
			assert.True(t, proto.Equal(two, payloads[1]))
		})
	}
}

func TestStoringRefused(t *testing.T) {
	small := payloadOf(t, "x")
	for _, c := range []struct {
		name    string
		store   *objectstest.Memory
		setting string
		fail    error
		payload *commonpb.Payload
		says    []string
		final   bool // an activity is not done again for it
	}{
		{name: "no staging", store: objectstest.New("b"), says: []string{"STEPWELL_STAGING=s3://bucket/prefix"}, final: true},
		{name: "no bucket", store: objectstest.New(), setting: "s3://nowhere/p", says: []string{"the bucket nowhere does not exist", "STEPWELL_STAGING"}, final: true},
		{name: "denied", store: objectstest.New("b"), setting: "s3://b/p", fail: &objects.Error{Kind: objects.Denied, Code: "AccessDenied"}, says: []string{"s3:PutObject", "AccessDenied", "s3://b/p/v0/"}, final: true},
		{name: "passes", store: objectstest.New("b"), setting: "s3://b/p", fail: errors.New("connection reset"), says: []string{"cannot be written", "connection reset"}},
		{name: "too large", store: objectstest.New("b"), setting: "s3://b/p", payload: &commonpb.Payload{Data: make([]byte, mostBytes+1)}, says: []string{fmt.Sprint(wire.StagedLimit)}, final: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.payload == nil {
				c.payload = small
			}
			c.store.Fail = func(string, objects.Location) error { return c.fail }
			_, err := storageIn(t, c.store, c.setting).put(t, c.payload)
			require.Error(t, err)
			for _, says := range c.says {
				assert.ErrorContains(t, err, says)
			}
			failure := newFailures().ErrorToFailure(fmt.Errorf("storage driver: %w", err)).GetApplicationFailureInfo()
			assert.Equal(t, c.final, failure.GetNonRetryable())
			if c.final {
				assert.Equal(t, "States.DataLimitExceeded", failure.GetType())
			}
		})
	}
}

func TestReadingRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		fail error
		says string
	}{
		{"no bucket", &objects.Error{Kind: objects.NotFound, Code: "NoSuchBucket"}, "the bucket b does not exist"},
		{"denied", &objects.Error{Kind: objects.Denied, Code: "AccessDenied"}, "s3:GetObject there, and s3:ListBucket"},
		{"passes", errors.New("connection reset"), "connection reset"},
	} {
		t.Run(c.name, func(t *testing.T) {
			store := objectstest.New("b")
			s := storageIn(t, store, "s3://b/p")
			claims, err := s.put(t, payloadOf(t, "x"))
			require.NoError(t, err)
			store.Fail = func(string, objects.Location) error { return c.fail }
			_, err = s.take(t, claims...)
			require.ErrorContains(t, err, c.says)
			assert.ErrorContains(t, err, claims[0].ClaimData["key"])
			assert.False(t, newFailures().ErrorToFailure(err).GetApplicationFailureInfo().GetNonRetryable(), "another try may do")
		})
	}
}

// What is lost for good does not fail to be read: that would be tried again for
// ever. Who decodes it learns of it.
func TestLost(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*objectstest.Memory, converter.StorageDriverClaim)
		says  string
	}{
		{"deleted", func(m *objectstest.Memory, c converter.StorageDriverClaim) {
			require.NoError(t, m.Empty(t.Context(), at(c)))
		}, "does not exist. Was it deleted, or did a lifecycle rule"},
		{"overwritten", func(m *objectstest.Memory, c converter.StorageDriverClaim) {
			require.NoError(t, m.Put(t.Context(), at(c), []byte("something")))
		}, "its digest is not the one"},
		{"another digest", func(_ *objectstest.Memory, c converter.StorageDriverClaim) { c.ClaimData["hash_algorithm"] = "md5" }, `"md5"`},
		{"nowhere", func(_ *objectstest.Memory, c converter.StorageDriverClaim) { delete(c.ClaimData, "key") }, "does not say where"},
		{"endless", func(m *objectstest.Memory, c converter.StorageDriverClaim) {
			require.NoError(t, m.Put(t.Context(), at(c), make([]byte, mostBytes+1)))
		}, "larger than any value"},
	} {
		t.Run(c.name, func(t *testing.T) {
			store := objectstest.New("b")
			s := storageIn(t, store, "s3://b/p")
			claims, err := s.put(t, payloadOf(t, "x"))
			require.NoError(t, err)
			c.spoil(store, claims[0])
			payloads, err := s.take(t, claims...)
			require.NoError(t, err)

			var text string
			single := NewConverter().FromPayload(payloads[0], &text)
			several := NewConverter().FromPayloads(&commonpb.Payloads{Payloads: payloads}, &text)
			for _, err := range []error{single, several} {
				var lost *LostError
				require.ErrorAs(t, err, &lost)
				assert.ErrorContains(t, err, c.says)
				var marked interface{ Lost() }
				assert.ErrorAs(t, err, &marked)
			}
			assert.Contains(t, NewConverter().ToString(payloads[0]), c.says)
			assert.ErrorContains(t, LostIn(&commonpb.Payloads{Payloads: payloads}), c.says)
			failure := newFailures().ErrorToFailure(fmt.Errorf("unable to decode: %w", single))
			assert.True(t, failure.GetApplicationFailureInfo().GetNonRetryable())
			assert.Equal(t, "States.Runtime", failure.GetApplicationFailureInfo().GetType())
			assert.Contains(t, failure.GetMessage(), c.says)
		})
	}
}

func at(c converter.StorageDriverClaim) objects.Location {
	return objects.Location{Bucket: c.ClaimData["bucket"], Key: c.ClaimData["key"]}
}

func TestSelection(t *testing.T) {
	large := &commonpb.Payload{Data: make([]byte, serverTakes)}
	medium := &commonpb.Payload{Data: make([]byte, wire.ValueLimit)}
	with, without := storageIn(t, nil, "s3://b"), storageIn(t, nil, "")
	assert.Equal(t, wire.StagedLimit, with.Limit)
	assert.Equal(t, wire.ValueLimit, without.Limit)

	driver, err := with.SelectDriver(converter.StorageDriverSelectContext{}, medium)
	require.NoError(t, err)
	assert.NotNil(t, driver)
	driver, err = without.SelectDriver(converter.StorageDriverSelectContext{}, medium)
	require.NoError(t, err)
	assert.Nil(t, driver, "Temporal takes it")
	_, err = without.SelectDriver(converter.StorageDriverSelectContext{}, large)
	assert.ErrorContains(t, err, "STEPWELL_STAGING")

	_, err = New("file:///tmp", nil)
	assert.ErrorContains(t, err, "STEPWELL_STAGING")
}

func TestOptions(t *testing.T) {
	var o client.Options
	storageIn(t, nil, "s3://b").Apply(&o)
	assert.Equal(t, wire.ValueLimit, o.ExternalStorage.PayloadSizeThreshold)
	assert.Equal(t, "aws.s3driver", o.ExternalStorage.Drivers[0].Name(), "it stands in histories")
	assert.NotNil(t, o.DataConverter)
	assert.NotNil(t, o.FailureConverter)
}

// A store that cannot be opened is asked for again the next time.
func TestStoreIsOpenedWhenItIsNeeded(t *testing.T) {
	opened := 0
	store := objectstest.New("b")
	s, err := New("s3://b", func(context.Context) (objects.Store, error) {
		if opened++; opened == 1 {
			return nil, errors.New("no settings")
		}
		return store, nil
	})
	require.NoError(t, err)
	assert.Zero(t, opened)
	_, err = s.put(t, payloadOf(t, 1))
	assert.ErrorContains(t, err, "no settings")
	for range 2 {
		_, err = s.put(t, payloadOf(t, 1))
		require.NoError(t, err)
	}
	assert.Equal(t, 2, opened)
}

// What the converter adds to the SDK's own: nothing to speak of.
func BenchmarkSmallPayload(b *testing.B) {
	input, err := value.ParseString(`{"order":{"id":12345,"items":["a","b","c"],"paid":true}}`)
	if err != nil {
		b.Fatal(err)
	}
	for name, c := range map[string]converter.DataConverter{"SDK": converter.GetDefaultDataConverter(), "offload": NewConverter()} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				payloads, err := c.ToPayloads(wire.TaskResult{Output: input})
				if err != nil {
					b.Fatal(err)
				}
				var result wire.TaskResult
				if err := c.FromPayloads(payloads, &result); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
