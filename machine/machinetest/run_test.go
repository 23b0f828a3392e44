package machinetest_test

import (
	"hash/fnv"
	"testing"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/machinetest"
	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// hashed answers Calls by what the hash of their input says: how long they
// take, in whole seconds, so that much happens at the same time, and whether
// they fail.
type hashed struct{}

func (hashed) Call(e machine.Effect) (machine.Outcome, time.Duration) {
	h := fnv.New64a()
	h.Write([]byte(e.Call.Input.String()))
	sum := h.Sum64()
	took := time.Duration(sum/7%6) * time.Second
	if sum%3 == 0 {
		f := machine.Fault("E", "c")
		return machine.Outcome{Failure: &f}, took
	}
	return machine.Outcome{Output: value.OfInt(int64(sum % 10))}, took
}

func (h hashed) Await(e machine.Effect) (machine.Outcome, time.Duration) {
	return machine.Outcome{Output: e.Await.Submitted}, time.Hour
}

func (hashed) Distribute(machine.Effect) (machine.Outcome, time.Duration) {
	f := machine.Fault("E", "c")
	return machine.Outcome{Failure: &f}, 0
}

func beginning() machine.Beginning {
	return machine.Beginning{
		Input:  value.OfObject(value.Member{Name: "items", Value: value.OfArray([]value.Value{value.OfInt(0), value.OfInt(1), value.OfInt(2)})}),
		Origin: machine.Origin{ID: "arn", Name: "e", StartTime: time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC)},
	}
}

// ending is how an execution ended, as text.
func ending(e *machine.Execution) string {
	f := e.Frame()
	text := string(f.Status) + " " + f.Stopped.Format(time.RFC3339) + " " + f.Output.String()
	if f.Failure != nil {
		text += " " + f.Failure.String()
	}
	return text
}

// sameEnding runs the machine of the seed as is, with its frame written down
// and read back, and in other orders.
func sameEnding(t *testing.T, seed uint64) *machine.Execution {
	text := generate(seed)
	p, diagnostics := translator.Translate(text)
	require.False(t, diagnostics.HasErrors(), translator.Report(text, diagnostics))
	first, err := machinetest.Run(p, beginning(), machinetest.Options{Script: hashed{}})
	require.NoError(t, err, text)
	for _, o := range []machinetest.Options{{Reload: true}, {Shuffle: 1}, {Shuffle: 2}, {Shuffle: 3, Reload: true}} {
		o.Script = hashed{}
		other, err := machinetest.Run(p, beginning(), o)
		require.NoError(t, err, text)
		require.Equal(t, ending(first), ending(other), "%+v\n%s", o, text)
	}
	return first
}

// FuzzSameEnding holds that no way of running a machine changes what comes of it.
func FuzzSameEnding(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) { sameEnding(t, seed) })
}

// TestSameEnding runs a stretch of what the fuzz target runs, and holds that
// the machines are worth it.
func TestSameEnding(t *testing.T) {
	statuses, effects := map[machine.Status]int{}, machine.EffectID(0)
	for seed := range uint64(400) {
		e := sameEnding(t, seed)
		statuses[e.Status()]++
		effects += e.Frame().LastEffect
	}
	assert.Greater(t, statuses[machine.Succeeded], 40)
	assert.Greater(t, statuses[machine.Failed], 40)
	assert.Greater(t, effects, machine.EffectID(2000))
}

func translate(t testing.TB, text string) *program.Program {
	t.Helper()
	p, diagnostics := translator.Translate(text)
	require.False(t, diagnostics.HasErrors(), translator.Report(text, diagnostics))
	return p
}

// TestNoEnd holds that a run which does not come to an end says so.
func TestNoEnd(t *testing.T) {
	p := translate(t, `{"StartAt":"A","States":{"A":{"Type":"Choice","Choices":[{"Variable":"$.out","IsPresent":true,"Next":"S"}],"Default":"W"},"W":{"Type":"Wait","Seconds":1,"Next":"A"},"S":{"Type":"Succeed"}}}`)
	e, err := machinetest.Run(p, beginning(), machinetest.Options{Script: hashed{}, MostEffects: 50})
	require.ErrorContains(t, err, "50 effects")
	assert.Equal(t, machine.Running, e.Status())
}

// TestClock holds that waits pass in their order and that a Task that takes
// longer than its TimeoutSeconds times out at that moment.
func TestClock(t *testing.T) {
	p := translate(t, `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"Next":"T"},
		"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"TimeoutSeconds":5,"End":true}}}`)
	e, err := machinetest.Run(p, beginning(), machinetest.Options{Script: slow{}})
	require.NoError(t, err)
	assert.Equal(t, machine.TimeoutFailure, *e.Frame().Failure)
	assert.Equal(t, beginning().Origin.StartTime.Add(time.Hour+5*time.Second), e.Frame().Stopped)
}

// slow answers every Call after a day.
type slow struct{ hashed }

func (slow) Call(machine.Effect) (machine.Outcome, time.Duration) {
	return machine.Outcome{Output: value.True}, 24 * time.Hour
}
