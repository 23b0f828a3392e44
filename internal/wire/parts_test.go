package wire_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

func someParts(n int) wire.Parts {
	random := rand.New(rand.NewPCG(1, 2))
	parts := make(wire.Parts, n)
	for i := range parts {
		category := wire.SucceededFile
		if i%7 == 3 {
			category = wire.FailedFile
		}
		parts[i] = wire.Part{
			Category: category,
			Name:     wire.PartName(i/2, 1+i%3/2, i%2, category),
			Records:  500,
			Bytes:    200_000 + random.Int64N(100_000),
		}
	}
	return parts
}

func TestPartsComeBackAsTheyWere(t *testing.T) {
	odd := someParts(100)
	odd[17].Name = "elsewhere"
	padded := someParts(100)
	padded[3].Name = "01/1-1-SUCCEEDED"
	for name, parts := range map[string]wire.Parts{
		"none": nil, "few": someParts(5), "many": someParts(1000), "another name": odd, "leading zero": padded,
	} {
		t.Run(name, func(t *testing.T) {
			text, err := json.Marshal(parts)
			require.NoError(t, err)
			var back wire.Parts
			require.NoError(t, json.Unmarshal(text, &back))
			require.Equal(t, parts, back)
		})
	}
}

func TestFewPartsAreReadable(t *testing.T) {
	text, err := json.Marshal(someParts(1))
	require.NoError(t, err)
	require.Contains(t, string(text), `"name":"0/1-0-SUCCEEDED"`)
}

// A run of 100,000 shards with two part files each has to fit into a payload
// of 2 MiB.
func TestPartsOfManyShardsFitIntoOnePayload(t *testing.T) {
	text, err := json.Marshal(someParts(200_000))
	require.NoError(t, err)
	require.Less(t, len(text), 1<<20)
}

func TestPartsSortByShard(t *testing.T) {
	parts := wire.Parts{{Name: "12/1-0-FAILED"}, {Name: "2/1-1-FAILED"}, {Name: "2/1-0-FAILED"}}
	parts.ByShard()
	require.Equal(t, wire.Parts{{Name: "2/1-1-FAILED"}, {Name: "2/1-0-FAILED"}, {Name: "12/1-0-FAILED"}}, parts)
}

func FuzzParts(f *testing.F) {
	text, err := json.Marshal(someParts(100))
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte(`{"count":5,"columns":""}`))
	f.Add([]byte(`[{"name":"1/1-1-FAILED","category":"FAILED"}]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var parts wire.Parts
		if json.Unmarshal(text, &parts) != nil {
			return
		}
		again, err := json.Marshal(parts)
		require.NoError(t, err)
		var back wire.Parts
		require.NoError(t, json.Unmarshal(again, &back))
		require.Equal(t, parts, back)
	})
}

// Parts are sorted and written by a workflow, which must not run for a second
// at once.
func BenchmarkParts(b *testing.B) {
	parts := someParts(200_000)
	for b.Loop() {
		parts.ByShard()
		if _, err := json.Marshal(parts); err != nil {
			b.Fatal(err)
		}
	}
}
