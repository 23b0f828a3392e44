package machinetest_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/machinetest"
	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// prompt answers Calls at once with what hashed would, but without failures.
type prompt struct{ hashed }

func (p prompt) Call(e machine.Effect) (machine.Outcome, time.Duration) {
	o, _ := p.hashed.Call(e)
	o.Failure = nil
	return o, 0
}

// broken is prompt until a number of Calls have been made; that one fails, and
// so do those after it.
type broken struct {
	prompt
	left *int
	with string
}

func (b broken) Call(e machine.Effect) (machine.Outcome, time.Duration) {
	if *b.left--; *b.left >= 0 {
		return b.prompt.Call(e)
	}
	f := machine.Fault(b.with, "broken")
	return machine.Outcome{Failure: &f}, 0
}

var errInterrupted = errors.New("interrupted")

// interruption is a way for an execution to end without success at its n-th
// moment or Call. It gives the options of a run that ends like that.
type interruption struct {
	name string
	run  func(n int) (o machinetest.Options, ended func() *machine.Execution)
}

// watched lets a run end at its n-th moment.
func watched(end func(*machine.Execution, time.Time)) func(int) (machinetest.Options, func() *machine.Execution) {
	return func(n int) (machinetest.Options, func() *machine.Execution) {
		var ended *machine.Execution
		watch := func(e *machine.Execution, now time.Time) error {
			if n--; n >= 0 {
				return nil
			}
			end(e, now)
			ended = e
			return errInterrupted
		}
		return machinetest.Options{Script: prompt{}, Watch: watch}, func() *machine.Execution { return ended }
	}
}

func failing(with string) func(int) (machinetest.Options, func() *machine.Execution) {
	return func(n int) (machinetest.Options, func() *machine.Execution) {
		return machinetest.Options{Script: broken{left: &n, with: with}}, func() *machine.Execution { return nil }
	}
}

func interruptions() []interruption {
	return []interruption{
		{"stopped", watched(func(e *machine.Execution, now time.Time) { e.Stop(machine.Failure{}, now) })},
		{"timed out", watched(func(e *machine.Execution, now time.Time) { e.TimeOut(now) })},
		{"failed", failing("E")},
		{"failed beyond catching", failing(machine.ErrorRuntime)},
	}
}

// interrupted gives the frame of an execution that was interrupted at its n-th
// moment, and when; "" when it came to its end before.
func interrupted(t *testing.T, p *program.Program, from func(machinetest.Options) (*machine.Execution, error), i interruption, n int) (string, time.Time) {
	t.Helper()
	o, ended := i.run(n)
	execution, err := from(o)
	if errors.Is(err, errInterrupted) {
		execution, err = ended(), nil
	}
	require.NoError(t, err)
	frame := execution.Frame()
	if frame.Status == machine.Succeeded {
		return "", time.Time{}
	}
	text, err := json.Marshal(frame)
	require.NoError(t, err)
	return string(text), frame.Stopped
}

// left counts the states that were left with an output.
type left struct{ states int }

func (l *left) StateEnded(_ *program.State, status machine.Status, _ string) {
	if status == machine.Succeeded {
		l.states++
	}
}

// redriven runs the machine of the seed, interrupted at many of its moments, and
// twice in a row; redriven it has to end at the same time with the same output as
// one that was never interrupted, and to have left as many states, so that none
// that succeeded ran again.
func redriven(t *testing.T, seed uint64) (redrives int) {
	g := &generator{random: rand.New(rand.NewPCG(seed, 7)), bare: true}
	text := g.block(2)
	p, diagnostics := translator.Translate(text)
	require.False(t, diagnostics.HasErrors(), translator.Report(text, diagnostics))
	var all, some left
	metered := func(l *left) machine.Beginning {
		b := beginning()
		b.Meter = l
		return b
	}
	whole, err := machinetest.Run(p, metered(&all), machinetest.Options{Script: prompt{}})
	require.NoError(t, err, text)
	if whole.Status() != machine.Succeeded {
		return 0
	}
	start := func(o machinetest.Options) (*machine.Execution, error) {
		some = left{}
		return machinetest.Run(p, metered(&some), o)
	}
	for _, i := range interruptions() {
		step := 1 + int(whole.Frame().LastEffect)/8
		for n := 0; ; n += step {
			frame, at := interrupted(t, p, start, i, n)
			if frame == "" {
				break
			}
			redrives++
			before := some
			again := func(o machinetest.Options) (*machine.Execution, error) {
				some = before
				execution, effects, err := machine.Redrive(p, []byte(frame), machine.Redriving{Now: at, Meter: &some})
				require.NoError(t, err)
				return machinetest.GoOn(p, machinetest.Under{Execution: execution, Effects: effects, Now: at}, o)
			}
			for _, o := range []machinetest.Options{{}, {Reload: true}, {Shuffle: 5}} {
				o.Script = prompt{}
				execution, err := again(o)
				require.NoError(t, err)
				require.Equal(t, ending(whole), ending(execution), "%s at %d, %+v\n%s\n%s", i.name, n, o, text, frame)
				require.Equal(t, 1, execution.Frame().Redrives)
				if !o.Reload { // which loses the meter
					require.Equal(t, all, some, "%s at %d, %+v\n%s\n%s", i.name, n, o, text, frame)
				}
			}
			if frame, at = interrupted(t, p, again, i, 1); frame == "" {
				continue
			}
			before = some
			execution, err := again(machinetest.Options{Script: prompt{}})
			require.NoError(t, err)
			require.Equal(t, ending(whole), ending(execution), "%s at %d and once more\n%s\n%s", i.name, n, text, frame)
			require.Equal(t, 2, execution.Frame().Redrives)
			require.Equal(t, all, some, "%s at %d and once more\n%s\n%s", i.name, n, text, frame)
		}
	}
	return redrives
}

// FuzzRedrive holds that an execution which is redriven comes out like one that
// was never interrupted.
func FuzzRedrive(f *testing.F) {
	for seed := range uint64(10) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) { redriven(t, seed) })
}

// TestRedrive runs a stretch of what the fuzz target runs.
func TestRedrive(t *testing.T) {
	n := 0
	for seed := range uint64(150) {
		n += redriven(t, seed)
	}
	assert.Greater(t, n, 1_000)
}
