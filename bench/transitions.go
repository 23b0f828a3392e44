package main

import (
	_ "embed"
	"errors"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

//go:embed machines/transitions.asl.json
var transitionsMachine string

// rounds is how often one execution goes through its three states.
const rounds = 1_000

// transitionsPerSecond measures the machine alone: Choice, Pass and a Task that
// is answered at once, with an input of 1 KB. The second is one of processor
// time, collection of garbage included, so that what else the machine does does
// not count.
func transitionsPerSecond(length time.Duration) (float64, error) {
	p, diagnostics := translator.Translate(transitionsMachine)
	if diagnostics.HasErrors() {
		return 0, errors.New(translator.Report(transitionsMachine, diagnostics))
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	input := value.OfObject(
		value.Member{Name: "n", Value: value.OfInt(rounds)},
		value.Member{Name: "rest", Value: value.OfString(strings.Repeat("x", 1_000))},
	)
	answer := machine.Outcome{Output: value.EmptyObject}
	began, err := usedBy(os.Getpid())
	if err != nil {
		return 0, err
	}
	transitions, started := 0, time.Now()
	for time.Since(started) < length {
		now := time.Now()
		execution, effects := machine.Start(p, machine.Beginning{Input: input})
		for execution.Status() == machine.Running {
			effects = execution.Resume(effects[0].ID, answer, now)
			transitions += 3
		}
		if execution.Status() != machine.Succeeded {
			return 0, errors.New("the machine of the transitions failed")
		}
	}
	ended, err := usedBy(os.Getpid())
	return float64(transitions) / (ended - began).Seconds(), err
}
