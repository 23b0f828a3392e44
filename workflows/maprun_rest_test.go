package workflows

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

func TestCommonStretches(t *testing.T) {
	type list = []wire.Stretch
	for name, c := range map[string]struct{ a, b, want list }{
		"everything":            {nil, list{{From: 3}}, list{{From: 3}}},
		"an end that is open":   {list{{From: 3}}, list{{From: 5}}, list{{From: 5}}},
		"within":                {list{{From: 3, To: 9}}, list{{From: 5, To: 7}}, list{{From: 5, To: 7}}},
		"from within on":        {list{{From: 3, To: 9}}, list{{From: 5}}, list{{From: 5, To: 9}}},
		"nothing":               {list{{From: 3, To: 5}}, list{{From: 5}}, nil},
		"several of each":       {list{{From: 0, To: 4}, {From: 8, To: 12}}, list{{From: 2, To: 9}, {From: 11}}, list{{From: 2, To: 4}, {From: 8, To: 9}, {From: 11, To: 12}}},
		"two that begin at all": {list{{From: 0}}, list{{From: 0}}, list{{From: 0}}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, common(c.a, c.b)) })
	}
	assert.Equal(t, list{{From: 1, To: 5}, {From: 7}}, joined(list{{From: 7}, {From: 3, To: 5}, {From: 1, To: 3}}))
}

// The queue makes shards of whole files, in the order of items, and loses none.
func TestShardsOfTheRest(t *testing.T) {
	for _, leaf := range leaves() {
		limits := restLimitsOf(leaf)
		var q, from restQueue
		for i := range int64(400) {
			part := wire.RestPart{Name: "x", First: (i * 7919) % 400, Items: 30, Executions: 20, PendingItems: 3, PendingExecutions: 2, Bytes: 10_000}
			if i == 9 {
				part.Executions, part.Bytes = 5_000, 100<<20 // larger than a shard
			}
			from.add(wire.RestParts{part}, nil)
		}
		q.take(&from)
		require.True(t, from.empty())
		shards, last, all := int64(0), int64(-1), q.Count
		about := q.shards(limits)
		for !q.empty() {
			shard, n := q.next(limits)
			require.Positive(t, n)
			require.Greater(t, shard.First, last)
			last = shard.Rest[len(shard.Rest)-1].First
			require.LessOrEqual(t, n, limits.parts)
			require.True(t, n == 1 || shard.Redriven.Executions <= limits.executions)
			require.Equal(t, shard.Items, shard.Redriven.Items)
			q.drop(shard, n)
			all.add(shard.Redriven, -1)
			shards++
		}
		assert.Equal(t, restCount{}, all)
		assert.Equal(t, restCount{}, q.Count)
		assert.InDelta(t, shards, about, float64(shards)/2+10, leaf)
	}
}

// Without staging the executions themselves wait; what finds no room cannot be
// redriven, unless it has not been started.
func TestRestWithoutStaging(t *testing.T) {
	s := mapRunState{Ref: &wire.SpecRef{Inline: &wire.MapSpec{}}}
	long := value.OfString(string(make([]byte, 300<<10)))
	r := wire.ShardResult{Items: wire.Counts{Failed: 4, Pending: 1}}
	for i := range int64(5) {
		in := wire.ItemInput{First: i, Items: 1, Input: long, Earlier: &wire.Earlier{Status: machine.Failed}}
		if i == 4 {
			in.Earlier.Status = wire.Pending
		}
		r.RestItems = append(r.RestItems, in)
	}
	s.keepRest(waitingShard{Items: 5}, &r)
	s.Tally.add(r)
	assert.Less(t, len(s.Rest.Items), 5)
	assert.EqualValues(t, 4, s.Rest.Items[len(s.Rest.Items)-1].First)
	assert.Equal(t, s.Lasting.Failed, int64(5-len(s.Rest.Items)))
	require.True(t, s.kept())
	next := s.again()
	assert.Equal(t, wire.Counts{Failed: s.Lasting.Failed}, next.Tally.Items)
	shard, n := next.Again.next(restLimitsOf(program.PackedShard))
	assert.Equal(t, 1, n, "long ones go alone")
	assert.Len(t, shard.Inline.Rest, 1)
}
