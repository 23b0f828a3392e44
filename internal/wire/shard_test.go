package wire

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// How places in sources and shards travel. These texts stand in histories and in
// staging: members may be added, and nothing else.
func TestShardsTravel(t *testing.T) {
	header := &Cursor{ETag: `"e"`, Size: 9, Header: []string{"a"}}
	for want, v := range map[string]any{
		`{"items":0,"shards":0}`: Cursor{},
		`{"items":7,"shards":2,"offset":5,"token":"in/b","etag":"\"e\"","size":9,"header":["a"],"entries":true,"object":"s3://b/in/b","file":{"items":0,"shards":0,"offset":3}}`: Cursor{
			Items: 7, Shards: 2, Offset: 5, Token: "in/b", ETag: `"e"`, Size: 9, Header: []string{"a"}, Entries: true, Object: "s3://b/in/b", File: &Cursor{Offset: 3}},
		`{"first":0,"items":1}`: Shard{Items: 1},
		`{"first":1,"items":2,"offset":3,"length":4,"segment":"s","at":5,"object":"s3://b/k","source":{"items":0,"shards":0,"etag":"\"e\"","size":9,"header":["a"]}}`: Shard{
			First: 1, Items: 2, Offset: 3, Length: 4, Segment: "s", At: 5, Object: "s3://b/k", Source: header},
		`{"first":1,"items":2,"pieces":[{"first":1,"items":1,"object":"s3://b/k"},{"first":2,"items":1,"object":"s3://b/l"}]}`: Shard{
			First: 1, Items: 2, Pieces: []Shard{{First: 1, Items: 1, Object: "s3://b/k"}, {First: 2, Items: 1, Object: "s3://b/l"}}},
		`{"first":0,"items":1,"inline":[null]}`: Shard{Items: 1, Inline: []value.Value{value.NullValue}},
	} {
		text, err := json.Marshal(v)
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
	}
}

func TestPutBack(t *testing.T) {
	for _, c := range []struct{ was, is Counts }{
		{Counts{Succeeded: 3, Pending: 2}, Counts{Succeeded: 3, Pending: 2}},
		{Counts{Succeeded: 1, Failed: 2, TimedOut: 3, Aborted: 4, PendingRedrive: 5}, Counts{Succeeded: 1, PendingRedrive: 14}},
		{Counts{Failed: 2, TimedOut: 3, FailuresNotRedrivable: 4}, Counts{Failed: 2, TimedOut: 2, PendingRedrive: 1, FailuresNotRedrivable: 4}},
	} {
		assert.Equal(t, c.is, c.was.PutBack())
		assert.Equal(t, c.was.Total(), c.was.PutBack().Total())
	}
}
