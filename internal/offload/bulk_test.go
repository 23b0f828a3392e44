package offload

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// waveOf makes a wave with so many Calls, with a text of so many bytes in each.
func waveOf(calls, bytes int) wire.Wave {
	var w wire.Wave
	for i := range calls {
		input := value.OfString(fmt.Sprintf("%d %s", i, strings.Repeat("x", bytes)))
		w.Tasks = append(w.Tasks, wire.Task{Call: machine.Call{Input: input}, State: "Price", Effect: machine.EffectID(i + 1)})
	}
	return w
}

func encodingOf(p *commonpb.Payload) string {
	return string(p.GetMetadata()[converter.MetadataEncoding])
}

func TestBulkIsCompressed(t *testing.T) {
	for name, c := range map[string]struct {
		value    any
		encoding string
	}{
		"many Calls":                 {waveOf(100, 10), bulkEncoding},
		"a pointer to them":          {new(waveOf(100, 10)), bulkEncoding},
		"few, which people can read": {waveOf(3, 10), converter.MetadataEncodingJSON},
		"as large as staging takes":  {waveOf(1, wire.ValueLimit), converter.MetadataEncodingJSON},
		"a value of an execution":    {strings.Repeat("x", 100<<10), converter.MetadataEncodingJSON},
		"nothing":                    {nil, converter.MetadataEncodingNil},
	} {
		t.Run(name, func(t *testing.T) {
			one, err := NewConverter().ToPayload(c.value)
			require.NoError(t, err)
			assert.Equal(t, c.encoding, encodingOf(one))
			if w, ok := c.value.(wire.Wave); ok {
				for _, part := range []string{"0 xxx", fmt.Sprintf("%d xxx", len(w.Tasks)-1)} {
					assert.Contains(t, NewConverter().ToString(one), part, "for people")
				}
			}

			all, err := NewConverter().ToPayloads("before", c.value)
			require.NoError(t, err)
			assert.Equal(t, []string{converter.MetadataEncodingJSON, c.encoding}, []string{encodingOf(all.Payloads[0]), encodingOf(all.Payloads[1])})
			if c.encoding == bulkEncoding {
				assert.Less(t, len(one.Data), 1000)
				var before string
				var w wire.Wave
				require.NoError(t, NewConverter().FromPayloads(all, &before, &w))
				assert.Equal(t, waveOf(100, 10), w)
				assert.Equal(t, bulkEncoding, encodingOf(all.Payloads[1]), "what was decoded is left as it was")
				var raw converter.RawValue
				require.NoError(t, NewConverter().FromPayloads(all, &before, &raw))
				w = wire.Wave{}
				require.NoError(t, NewConverter().FromPayload(raw.Payload(), &w))
				assert.Equal(t, waveOf(100, 10), w)
			}
		})
	}
}

// What is bulky is encoded by another library: values come out as with the SDK's,
// and members keep their order, also where there are two of a name.
func TestBulkKeepsValues(t *testing.T) {
	for _, text := range []string{
		`"<a href='x'>&amp;</a>"`, `"\u2028\u2029\u0000\u001f"`, `"\ud83d\ude00 é"`, `"\ud800"`, "\"\xff\xfe\"", `12345678901234567890.123456789012345678901234567890`, `1E400`, `-0`, `-0.0`, `1.0`, `1e2`,
		`{"b": 1, "a": {"z": null, "y": []}, "b2": {}}`, `{"a": 1, "a": 2}`, `{"": "", "\n": "\/"}`, `[[[[[[]]]]]]`, `""`, `null`, `false`,
	} {
		v, err := value.Parse([]byte(text))
		if err != nil {
			continue // no value has it
		}
		want := wire.WaveResult{Outcomes: []*machine.Outcome{{Output: v}, nil, {Failure: &machine.Failure{Error: value.OfString("E"), Cause: v}}}, Slowest: 5, Held: []int{1}}
		for name, c := range map[string]converter.DataConverter{"ours": NewConverter(), "the SDK's": converter.GetDefaultDataConverter()} {
			payload, err := c.ToPayload(want)
			require.NoError(t, err, text)
			var got wire.WaveResult
			require.NoError(t, NewConverter().FromPayload(payload, &got), text)
			require.Len(t, got.Outcomes, 3)
			assert.Equal(t, v.String(), got.Outcomes[0].Output.String(), "%s, encoded by %s", text, name)
			assert.Equal(t, v.String(), got.Outcomes[2].Failure.Cause.String())
			assert.Nil(t, got.Outcomes[1])
			assert.Equal(t, want.Held, got.Held)
			assert.Equal(t, want.Slowest, got.Slowest)
		}
	}
}

// Earlier versions wrote all as plain JSON, and replays read it.
func TestBulkOfEarlierVersions(t *testing.T) {
	before, err := converter.GetDefaultDataConverter().ToPayload(waveOf(100, 10))
	require.NoError(t, err)
	var w wire.Wave
	require.NoError(t, NewConverter().FromPayload(before, &w))
	assert.Equal(t, waveOf(100, 10), w)
}

func TestBulkThatIsDamaged(t *testing.T) {
	one, err := NewConverter().ToPayload(waveOf(100, 10))
	require.NoError(t, err)
	one.Data = one.Data[:len(one.Data)/2]
	assert.Error(t, NewConverter().FromPayload(one, new(wire.Wave)))
	assert.Error(t, NewConverter().FromPayloads(&commonpb.Payloads{Payloads: []*commonpb.Payload{one}}, new(wire.Wave)))
}

// What is small in Temporal must not become large in memory.
func TestBulkThatIsTooLarge(t *testing.T) {
	one := &commonpb.Payload{
		Metadata: map[string][]byte{converter.MetadataEncoding: []byte(bulkEncoding)},
		Data:     zstandard.encoder().EncodeAll([]byte(`"`+strings.Repeat("x", wire.ValueLimit)+`"`), nil),
	}
	assert.Error(t, NewConverter().FromPayload(one, new(string)))
}

func BenchmarkBulk(b *testing.B) {
	w := waveOf(200, 100)
	for name, c := range map[string]converter.DataConverter{"compressed": NewConverter(), "plain": converter.GetDefaultDataConverter()} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				payload, err := c.ToPayload(w)
				if err == nil {
					err = c.FromPayload(payload, new(wire.Wave))
				}
				require.NoError(b, err)
				b.ReportMetric(float64(len(payload.Data)), "bytes")
			}
		})
	}
}
