package machine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/stretchr/testify/require"
)

// looping counts down from the input's n through a Choice, a Pass and a Task.
const looping = `{"StartAt":"More","States":{
  "More":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericGreaterThan":0,"Next":"Less"}],"Default":"Done"},
  "Less":{"Type":"Pass","Parameters":{"n.$":"States.MathAdd($.n, -1)","rest.$":"$.rest"},"Next":"Call"},
  "Call":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload":{"n.$":"$.n"}},"ResultPath":"$.last","Next":"More"},
  "Done":{"Type":"Succeed"}}}`

// BenchmarkTransitions measures the machine alone: Choice, Pass and a Task
// that is answered at once, with an input of 1 KB.
func BenchmarkTransitions(b *testing.B) {
	p := translate(b, looping)
	input := value.OfObject(
		value.Member{Name: "n", Value: value.OfInt(1000)},
		value.Member{Name: "rest", Value: value.OfString(strings.Repeat("x", 1000))},
	)
	answer := machine.Outcome{Output: value.EmptyObject}
	now := time.Unix(0, 0)
	transitions := 0
	b.ReportAllocs()
	for b.Loop() {
		execution, effects := machine.Start(p, machine.Beginning{Input: input})
		for execution.Status() == machine.Running {
			effects = execution.Resume(effects[0].ID, answer, now)
			transitions += 3
		}
		require.Equal(b, machine.Succeeded, execution.Status())
	}
	b.ReportMetric(float64(transitions)/b.Elapsed().Seconds(), "transitions/s")
}

func translate(t testing.TB, text string, options ...translator.Option) *program.Program {
	t.Helper()
	p, diagnostics := translator.Translate(text, options...)
	require.False(t, diagnostics.HasErrors(), translator.Report(text, diagnostics))
	return p
}
