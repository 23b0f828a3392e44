package workflows

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// testWait is an item that takes a minute.
const testWait = `{"StartAt": "Rest", "States": {"Rest": {"Type": "Wait", "Seconds": 60, "End": true}}}`

// workflowLeaves are the leaves whose items run in workflows.
func workflowLeaves() []program.LeafKind {
	return []program.LeafKind{program.PackedShard, program.ChildWorkflow}
}

// updateAt sends an update when so much time has passed.
func (s *mapSimulation) updateAt(after time.Duration, u wire.MapRunUpdate) *updated {
	var answer updated
	s.RegisterDelayedCallback(func() {
		s.UpdateWorkflow(wire.MapRunUpdateName, fmt.Sprintf("%p", &answer), &answer, u)
		answer.at = s.Now()
	}, after)
	return &answer
}

// updated is what became of an update.
type updated struct {
	at       time.Time
	limits   wire.MapRunLimits
	err      error
	accepted bool
}

func (u *updated) Accept()          { u.accepted = true }
func (u *updated) Reject(err error) { u.err = err }
func (u *updated) Complete(success any, err error) {
	u.limits, _ = success.(wire.MapRunLimits)
	u.err = err
}

// span is when an item ran.
type span struct{ started, stopped time.Time }

// spans gives those of all items, by their start.
func (f *mapFake) spans(t *testing.T) (all []span) {
	for _, ended := range f.records(t) {
		all = append(all, span{ended.Started, ended.Stopped})
	}
	slices.SortFunc(all, func(a, b span) int { return a.started.Compare(b.started) })
	return all
}

// running gives how many run at a moment, those that start then included.
func running(all []span, at time.Time) (n int) {
	for _, s := range all {
		if !s.started.After(at) && s.stopped.After(at) {
			n++
		}
	}
	return n
}

// startedBetween counts those that start from one moment on, before another.
func startedBetween(all []span, from, to time.Time) (n int) {
	for _, s := range all {
		if !s.started.Before(from) && s.started.Before(to) {
			n++
		}
	}
	return n
}

func TestMapRunWithItsConcurrencyChanged(t *testing.T) {
	for _, leaf := range workflowLeaves() {
		t.Run(string(leaf), func(t *testing.T) {
			fake := newMapFake(300, 50)
			in := mapInput(t, leaf, testWait)
			in.Spec.Run.MaxConcurrency = 60
			s := simulateMap(t, fake, Options{})
			lowered := s.updateAt(90*time.Second, wire.MapRunUpdate{MaxConcurrency: new(int64(7))})
			raised := s.updateAt(10*time.Minute, wire.MapRunUpdate{MaxConcurrency: new(int64(45))})
			report := s.run(in)
			require.NoError(t, s.GetWorkflowError())
			assert.Nil(t, report.Outcome.Failure)
			require.NoError(t, lowered.err)
			require.NoError(t, raised.err)
			assert.EqualValues(t, 7, lowered.limits.MaxConcurrency)
			all, most := fake.spans(t), 0
			require.Len(t, all, 300)
			for _, one := range all {
				n := running(all, one.started)
				switch {
				case one.started.Before(lowered.at):
					assert.LessOrEqual(t, n, 60)
				case one.started.Before(raised.at):
					assert.LessOrEqual(t, n, 7, "started %v after the concurrency was lowered", one.started.Sub(lowered.at))
				default:
					assert.LessOrEqual(t, n, 45)
					most = max(most, n)
				}
			}
			assert.NotZero(t, startedBetween(all, lowered.at, raised.at), "it goes on with fewer")
			assert.Greater(t, running(all, raised.at.Add(2*time.Second)), 30, "raising takes effect at once")
			assert.Equal(t, 45, most)
			assert.EqualValues(t, 45, s.describe().Limits.MaxConcurrency)
		})
	}
}

func TestMapRunIsPaused(t *testing.T) {
	for _, leaf := range workflowLeaves() {
		t.Run(string(leaf), func(t *testing.T) {
			fake := newMapFake(200, 30)
			in := mapInput(t, leaf, testWait)
			in.Spec.Run.MaxConcurrency = 40
			s := simulateMap(t, fake, Options{})
			paused := s.updateAt(90*time.Second, wire.MapRunUpdate{Paused: new(true)})
			var still wire.MapRunDescription
			s.RegisterDelayedCallback(func() { still = s.describe() }, 20*time.Minute)
			resumed := s.updateAt(30*time.Minute, wire.MapRunUpdate{Paused: new(false)})
			s.run(in)
			require.NoError(t, s.GetWorkflowError())
			all := fake.spans(t)
			require.Len(t, all, 200)
			assert.Zero(t, startedBetween(all, paused.at.Add(time.Millisecond), resumed.at))
			assert.Equal(t, 40, running(all, resumed.at.Add(time.Second)))
			assert.True(t, still.Limits.Paused)
			assert.Zero(t, still.Running)
			assert.Equal(t, machine.Running, still.Status)
		})
	}
}

// Reports of what shards hold that cross with further updates are not lost.
func TestMapRunUpdatedOftenGoesOn(t *testing.T) {
	for _, leaf := range workflowLeaves() {
		t.Run(string(leaf), func(t *testing.T) {
			fake := newMapFake(150, 30)
			in := mapInput(t, leaf, `{"StartAt": "Rest", "States": {"Rest": {"Type": "Wait", "SecondsPath": "$", "End": true}}}`)
			in.Spec.Run.MaxConcurrency = 40
			s := simulateMap(t, fake, Options{})
			s.signals.After(700 * time.Millisecond)
			for i := range int64(300) {
				at := 30*time.Second + time.Duration(i)*1234*time.Millisecond
				s.updateAt(at, wire.MapRunUpdate{MaxConcurrency: new(3 + (i*7)%11), Paused: new(i%3 == 1)})
			}
			report := s.run(in)
			require.NoError(t, s.GetWorkflowError())
			assert.Nil(t, report.Outcome.Failure)
			require.Len(t, fake.spans(t), 150)
		})
	}
}

func TestMapRunWithARateLimit(t *testing.T) {
	for _, leaf := range workflowLeaves() {
		t.Run(string(leaf), func(t *testing.T) {
			fake := newMapFake(400, 60)
			in := mapInput(t, leaf, testWait)
			in.Spec.Run.MaxConcurrency = 1_000
			s := simulateMap(t, fake, Options{})
			// It is paused until the limit holds.
			s.updateAt(0, wire.MapRunUpdate{RateLimit: new(8.0)})
			s.run(in)
			require.NoError(t, s.GetWorkflowError())
			all := fake.spans(t)
			require.Len(t, all, 400)
			begun, last := all[0].started, all[len(all)-1].started
			assert.InEpsilon(t, 50, last.Sub(begun).Seconds(), 0.2, "400 items at 8 a second")
			for from := begun; from.Before(last.Add(-10 * time.Second)); from = from.Add(time.Second) {
				assert.InEpsilon(t, 80, startedBetween(all, from, from.Add(10*time.Second)), 0.2)
			}
		})
	}
}

func TestMapRunWithARateLimitRaised(t *testing.T) {
	fake := newMapFake(300, 60)
	in := mapInput(t, program.PackedShard, testWait)
	s := simulateMap(t, fake, Options{})
	s.updateAt(0, wire.MapRunUpdate{RateLimit: new(0.01)})
	raised := s.updateAt(5*time.Minute, wire.MapRunUpdate{RateLimit: new(20.0)})
	lifted := s.updateAt(5*time.Minute+5*time.Second, wire.MapRunUpdate{RateLimit: new(0.0)})
	s.run(in)
	all := fake.spans(t)
	require.Len(t, all, 300)
	assert.InDelta(t, 3, startedBetween(all, all[0].started, raised.at), 2)
	assert.InDelta(t, 100, startedBetween(all, raised.at, lifted.at), 30)
	assert.False(t, all[299].started.After(lifted.at.Add(2*time.Second)))
}

// Batches take as much of the rate as they have items, over the ends of shards.
func TestMapRunWithARateLimitOfBatches(t *testing.T) {
	fake := newMapFake(40, 1)
	in := mapInput(t, program.PackedShard, testWait)
	in.Spec.Run.MaxConcurrency = 3
	s := simulateMap(t, fake, Options{})
	s.updateAt(0, wire.MapRunUpdate{RateLimit: new(0.02)})
	s.run(in)
	all := fake.spans(t)
	require.Len(t, all, 40)
	assert.InEpsilon(t, 39*50, all[39].started.Sub(all[0].started).Seconds(), 0.2, "shards of one item keep to it")
}

func TestMapRunWithItsToleranceRaisedInTime(t *testing.T) {
	for _, leaf := range workflowLeaves() {
		t.Run(string(leaf), func(t *testing.T) {
			fake := newMapFake(200, 40)
			fake.fails = every(10)
			in := mapInput(t, leaf, `{"StartAt": "Rest", "States": {"Rest": {"Type": "Wait", "Seconds": 60, "Next": "Work"},
				"Work": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work", "End": true}}}`)
			in.Spec.Run.MaxConcurrency = 50
			in.Spec.Run.Tolerance = machine.Tolerance{HasCount: true, Count: 1}
			s := simulateMap(t, fake, Options{})
			s.updateAt(30*time.Second, wire.MapRunUpdate{ToleratedFailureCount: new(int64(20)), ToleratedFailurePercentage: new(10.0)})
			report := s.run(in)
			assert.Nil(t, report.Outcome.Failure)
			assert.Equal(t, wire.Counts{Succeeded: 180, Failed: 20}, s.describe().Items)

			fake = newMapFake(200, 40)
			fake.fails = every(10)
			in.Spec.Run.Tolerance = machine.Tolerance{HasCount: true, Count: 100}
			s = simulateMap(t, fake, Options{})
			s.updateAt(90*time.Second, wire.MapRunUpdate{ToleratedFailureCount: new(int64(2))})
			report = s.run(in)
			require.NotNil(t, report.Outcome.Failure, "lowered below what has failed")
			assert.Equal(t, machine.ErrorExceedTolerance, report.Outcome.Failure.Name())
		})
	}
}

func TestMapRunIsStoppedByAnUpdate(t *testing.T) {
	fake := newMapFake(100, 10)
	in := mapInput(t, program.PackedShard, testWait)
	in.Spec.Run.MaxConcurrency = 10
	s := simulateMap(t, fake, Options{})
	s.updateAt(10*time.Second, wire.MapRunUpdate{Stop: fault("Enough", "for today")})
	late := s.updateAt(10*time.Second, wire.MapRunUpdate{Paused: new(true)})
	report := s.run(in)
	require.NotNil(t, report.Outcome.Failure)
	assert.Equal(t, "Enough", report.Outcome.Failure.Name())
	assert.Equal(t, machine.Aborted, fake.results[0].Status)
	require.Error(t, late.err)
	assert.Contains(t, late.err.Error(), wire.CompletedReason)
}

func TestMapRunRefusesUpdates(t *testing.T) {
	for _, c := range []struct {
		update wire.MapRunUpdate
		want   string
	}{
		{wire.MapRunUpdate{}, "MISSING_REQUIRED_PARAMETER"},
		{wire.MapRunUpdate{MaxConcurrency: new(int64(-1))}, "1 validation error detected: Value '-1' at 'maxConcurrency' failed to satisfy constraint: Member must have value greater than or equal to 0"},
		{wire.MapRunUpdate{ToleratedFailurePercentage: new(100.5)}, "1 validation error detected: Value '100.5' at 'toleratedFailurePercentage' failed to satisfy constraint: Member must have value less than or equal to 100"},
		{wire.MapRunUpdate{ToleratedFailureCount: new(int64(-2)), RateLimit: new(-1.0)}, "2 validation errors detected: Value '-2' at 'toleratedFailureCount' failed"},
	} {
		s := simulateMap(t, newMapFake(10, 10), Options{})
		refused := s.updateAt(time.Second, c.update)
		s.run(mapInput(t, program.PackedShard, testWait))
		var application *temporal.ApplicationError
		require.ErrorAs(t, refused.err, &application)
		assert.False(t, refused.accepted)
		assert.Equal(t, wire.ValidationException, application.Type())
		assert.Contains(t, application.Message(), c.want)
	}
}

func TestMapRunKeepsItsLimitsOverRuns(t *testing.T) {
	in := mapInput(t, program.PackedShard, testWait)
	m := mapRun{in: in}
	limits := m.limits().With(wire.MapRunUpdate{MaxConcurrency: new(int64(0)), ToleratedFailureCount: new(int64(3)), RateLimit: new(2.5), Paused: new(true)})
	m.state.Limits = &limits
	m.state.Running = []*runningShard{{Share: 0, Held: 4, Order: 9, Untold: true, Tolerate: -1, Rate: machine.Rate{Every: time.Second, Next: time.Unix(100, 0).UTC()}}}
	progress, err := m.state.text()
	require.NoError(t, err)
	in.Progress = progress
	state, err := loadMapRunState(in)
	require.NoError(t, err)
	next := mapRun{in: in, state: state}
	assert.Equal(t, wire.MapRunLimits{MaxConcurrency: 10_000, Tolerance: machine.Tolerance{Count: 3, HasCount: true}, RateLimit: 2.5, Paused: true}, next.limits())
	assert.Zero(t, next.concurrency())
	assert.Equal(t, m.state.Running, next.state.Running)
	assert.EqualValues(t, 4, next.state.taken(restLimitsOf(next.in.Leaf)).share)
}
