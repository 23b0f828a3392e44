package wire_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
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

func someRest(n int) wire.RestParts {
	random := rand.New(rand.NewPCG(3, 4))
	parts := make(wire.RestParts, n)
	for i := range parts {
		parts[i] = wire.RestPart{
			Name: wire.PartName(i, 1+i%2, i%3, wire.RestFile), First: int64(i) * 500,
			Items: random.Int64N(500), Executions: random.Int64N(500), PendingItems: int64(i % 5), PendingExecutions: int64(i % 3), Bytes: random.Int64N(100_000),
		}
	}
	return parts
}

func TestRestPartsComeBackAsTheyWere(t *testing.T) {
	odd := someRest(100)
	odd[17].Name = "elsewhere"
	backwards := someRest(100)
	slices.Reverse(backwards)
	for name, parts := range map[string]wire.RestParts{
		"none": nil, "few": someRest(5), "many": someRest(1000), "another name": odd, "in another order": backwards,
	} {
		t.Run(name, func(t *testing.T) {
			text, err := json.Marshal(parts)
			require.NoError(t, err)
			var back wire.RestParts
			require.NoError(t, json.Unmarshal(text, &back))
			require.Equal(t, parts, back)
		})
	}
	text, err := json.Marshal(someRest(50_000))
	require.NoError(t, err)
	require.Less(t, len(text), 1<<20, "they fit into one payload")
	require.Error(t, json.Unmarshal([]byte(`{"count":9,"columns":"KLUv/QQAAQAAALQ="}`), new(wire.RestParts)))
}

// What a redrive goes on from follows from how an execution ended.
func TestRestOfARecord(t *testing.T) {
	frame := wire.PlainText("{}")
	in := wire.ItemInput{First: 4, Items: 2, Earlier: &wire.Earlier{Status: machine.Failed, Frame: &frame, Redrives: 3}}
	ended := func(s machine.Status) wire.Record {
		return wire.Record{First: 4, Items: 2, Ended: wire.Ended{Status: s}}
	}
	lasting := ended(machine.Failed)
	lasting.Lasting = true
	for name, c := range map[string]struct {
		record wire.Record
		in     wire.ItemInput
		want   *wire.Earlier
	}{
		"it succeeded":                {ended(machine.Succeeded), in, nil},
		"it cannot be redriven":       {lasting, in, nil},
		"it was never started":        {ended(wire.Pending), wire.ItemInput{}, &wire.Earlier{Status: wire.Pending}},
		"its redrive was not started": {ended(wire.Pending), in, in.Earlier},
		"it was stopped":              {ended(machine.Aborted), in, &wire.Earlier{Status: machine.Aborted}},
	} {
		t.Run(name, func(t *testing.T) {
			rest, ok := c.record.Rest(c.in)
			require.Equal(t, c.want != nil, ok)
			if ok {
				require.Equal(t, c.want, rest.Earlier)
			}
		})
	}
	require.Equal(t, 4, in.Again())
	require.Equal(t, wire.PendingRedrive, in.Waits())
	require.Equal(t, wire.PendingFile, wire.CategoryOf(wire.PendingRedrive))
	require.True(t, wire.Within([]wire.Stretch{{From: 2, To: 4}, {From: 9}}, 100))
	require.False(t, wire.Within([]wire.Stretch{{From: 2, To: 4}, {From: 9}}, 4))
}
