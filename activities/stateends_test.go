package activities

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// told sums up what it is told of states.
type told struct {
	mu    sync.Mutex
	calls int
	ends  map[StateEnd]int64
}

func (s *told) take(machineName string, end StateEnd, n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ends == nil {
		s.ends = map[StateEnd]int64{}
	}
	s.calls++
	s.ends[end] += n
}

// The states of a shard's items are told of in sums, each once, whatever beats
// meanwhile.
func TestStatesOfAShard(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(500))
	m := newMapTest(t, store, csvReader+writer, `{"First":{"Type":"Choice","Choices":[{"Variable":"$.id","StringMatches":"*7","Next":"Bad"}],"Default":"Ask"},
		"Ask":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","End":true},
		"Bad":{"Type":"Fail","Error":"Seven"}}`, `{}`)
	var states told
	m.maps.States = states.take
	_, shards := m.plan()
	require.Len(t, shards, 1)
	var r *shardRun
	called := 0
	var mu sync.Mutex
	m.maps.Caller = callerFunc(func(_ context.Context, call machine.Call) machine.Outcome {
		mu.Lock()
		defer mu.Unlock()
		if called++; called%100 == 0 {
			r.details() // as a heartbeat does
		}
		return succeeded(call.Input)
	})
	in := m.input(shards[0])
	in.Share, in.Tolerate = 8, -1
	r, err := m.maps.newShardRun(t.Context(), in)
	require.NoError(t, err)
	require.NoError(t, r.execute(t.Context()))
	assert.Equal(t, map[StateEnd]int64{
		{Type: program.ChoiceState, Status: machine.Succeeded}:            500,
		{Type: program.TaskState, Status: machine.Succeeded}:              450,
		{Type: program.FailState, Status: machine.Failed, Error: "Seven"}: 50,
	}, states.ends)
	assert.Less(t, states.calls, 20, "sums, not states one by one")
}

// BenchmarkShardCounted is BenchmarkShard with its states counted.
func BenchmarkShardCounted(b *testing.B) {
	var states told
	benchmarkShard(b, states.take)
	assert.Len(b, states.ends, 2)
}
