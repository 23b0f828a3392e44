package conformance_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/machinetest"
	"github.com/seed-a99ddb6e/stepwell/testsuite/conformance"
	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/stretchr/testify/require"
)

// TestStopAtEveryMoment stops and times out each case at every moment at which
// it waits: all that is in flight is taken back, and nothing else.
func TestStopAtEveryMoment(t *testing.T) {
	cases, err := conformance.Load("cases/*.txtar")
	require.NoError(t, err)
	moments := 0
	for _, c := range cases {
		if c.Diagnostics != nil || c.Without["virtual"] != "" {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			p, diagnostics := translator.Translate(c.Machine, translator.OfType(c.Type))
			require.False(t, diagnostics.HasErrors())
			b := conformance.Beginning(&c, p, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
			_, err := machinetest.Run(p, b, machinetest.Options{
				Script: answering{p, conformance.NewAnswers(c.Mocks)},
				Watch: func(e *machine.Execution, now time.Time) error {
					moments++
					return stopped(p, e, now)
				},
			})
			require.NoError(t, err)
		})
	}
	require.Greater(t, moments, 100)
}

// stopped ends copies of the execution in both ways.
func stopped(p *program.Program, e *machine.Execution, now time.Time) error {
	frame, err := json.Marshal(e.Frame())
	if err != nil {
		return err
	}
	why := machine.Fault("Operator", "enough")
	for want, end := range map[machine.Status]func(*machine.Execution) []machine.Effect{
		machine.Aborted:  func(e *machine.Execution) []machine.Effect { return e.Stop(why, now) },
		machine.TimedOut: func(e *machine.Execution) []machine.Effect { return e.TimeOut(now) },
	} {
		again, err := machine.Load(p, frame, nil)
		if err != nil {
			return err
		}
		var inFlight, cancelled []machine.EffectID
		for _, effect := range again.Pending() {
			inFlight = append(inFlight, effect.ID)
		}
		for _, effect := range end(again) {
			cancelled = append(cancelled, effect.Cancel)
		}
		slices.Sort(cancelled)
		if !slices.Equal(inFlight, cancelled) {
			return fmt.Errorf("%s: effects %v are in flight, %v are taken back", want, inFlight, cancelled)
		}
		if again.Status() != want || again.Busy() || len(again.Pending()) > 0 {
			return fmt.Errorf("%s: status %s, busy %v, pending %v", want, again.Status(), again.Busy(), again.Pending())
		}
		for _, id := range inFlight {
			if effects := again.Resume(id, machine.Fired, now); effects != nil {
				return fmt.Errorf("%s: an ended execution asks for %v", want, effects)
			}
		}
		if further := append(end(again), again.Step(now)...); further != nil {
			return fmt.Errorf("%s: an ended execution asks for %v", want, further)
		}
	}
	return nil
}

// answering answers as the virtual runtime does.
type answering struct {
	program *program.Program
	answers *conformance.Answers
}

func (a answering) Call(e machine.Effect) (machine.Outcome, time.Duration) {
	return a.answers.Next(e.State, *e.Call)
}

func (a answering) Await(e machine.Effect) (machine.Outcome, time.Duration) {
	return a.answers.Awaited(*e.Await)
}

func (a answering) Distribute(e machine.Effect) (machine.Outcome, time.Duration) {
	return conformance.RunItems(a.program, e, a)
}
