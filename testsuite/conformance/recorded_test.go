package conformance_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/machinetest"
	"github.com/seed-a99ddb6e/stepwell/testsuite/conformance"
	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/stretchr/testify/require"
)

// recorded is one execution as AWS ran it.
type recorded struct {
	ID         string      `json:"id"`
	Definition value.Value `json:"definition"`
	Input      value.Value `json:"input"`
	Type       string      `json:"type"`
	Mocks      map[string][]struct {
		Result struct {
			Type   string      `json:"type"`
			Output value.Value `json:"output"`
			Error  value.Value `json:"error"`
			Cause  value.Value `json:"cause"`
		} `json:"result"`
	} `json:"mocks"`
	Mockable string      `json:"mockable"`
	Setup    value.Value `json:"setup"`
	Features []string    `json:"features"`
	Expected struct {
		Status string      `json:"status"`
		Output value.Value `json:"output"`
		Error  value.Value `json:"error"`
		Cause  value.Value `json:"cause"`
		Events []struct {
			Type string `json:"type"`
		} `json:"events"`
	} `json:"expected"`
}

// unsettled are recorded executions of which the machine is known to differ,
// with the reason.
var unsettled = map[string]string{
	"test_invoke_with_headers[singleStringHeader]": "checks the parameters of API Gateway, an integration that is not there yet",
	"test_start_large_input":                       "AWS's limit of 256 KiB belongs to the strict mode, which is not there yet",
}

// TestRecordedExecutions runs the JSONPath executions that AWS recorded and
// that need nothing but their mocks: status, error, cause and the order of
// event types must be AWS's, and the output where it holds nothing random.
func TestRecordedExecutions(t *testing.T) {
	files, err := filepath.Glob("../../../shared/cases/aws/*.jsonl")
	require.NoError(t, err)
	if len(files) == 0 {
		t.Skip("the recorded cases are not beside the repository")
	}
	passed, ran := 0, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, line := range bytes.Split(bytes.TrimSpace(text), []byte("\n")) {
			var c recorded
			if json.Unmarshal(line, &c) != nil || !selfContained(&c) {
				continue
			}
			ran++
			name := c.ID[strings.LastIndex(c.ID, "::")+2:]
			t.Run(name, func(t *testing.T) {
				if reason, ok := unsettled[name]; ok {
					t.Skip(reason)
				}
				runRecorded(t, &c)
				if !t.Failed() {
					passed++
				}
			})
		}
	}
	t.Logf("recorded executions: %d of %d", passed, ran)
}

func selfContained(c *recorded) bool {
	jsonata := strings.Contains(c.Definition.String(), "JSONata")
	outside := slices.Contains(c.Features, "map-distributed") && strings.Contains(c.Definition.String(), "ItemReader")
	// Tasks that wait for a job, a callback or an activity's worker have more
	// events than the machine tells of yet.
	waits := waiting.MatchString(c.Definition.String())
	return c.Expected.Status != "" && c.Expected.Events != nil && !jsonata && !outside && !waits && c.Type != "EXPRESS" &&
		(c.Mockable == "" || c.Mockable == "full")
}

func runRecorded(t *testing.T, c *recorded) {
	p, diagnostics := translator.Translate(c.Definition.String(), translator.Named(c.ID))
	require.False(t, diagnostics.HasErrors(), translator.Report(c.Definition.String(), diagnostics))
	kase := conformance.Case{Name: "Recorded", Input: c.Input.Or(value.EmptyObject)}
	events := &types{}
	b := conformance.Beginning(&kase, p, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	b.Sink = events
	execution, err := machinetest.Run(p, b, machinetest.Options{Script: replay{program: p, c: c, made: map[string]int{}}, Reload: true})
	require.NoError(t, err)
	frame := execution.Frame()
	require.Equal(t, c.Expected.Status, string(frame.Status), "%v", frame.Failure)
	var f machine.Failure
	if frame.Failure != nil && frame.Status == machine.Failed {
		f = *frame.Failure
	}
	require.Equal(t, texts(c.Expected.Error), texts(f.Error))
	same(t, c.Expected.Cause, f.Cause)
	same(t, c.Expected.Output, frame.Output)
	var want []string
	for _, e := range c.Expected.Events {
		want = append(want, e.Type)
	}
	got := slices.Clone(events.list)
	if strings.Contains(c.Definition.String(), `"Parallel"`) {
		return // the recordings sort and drop events inside a Parallel
	}
	require.Equal(t, want, got)
}

// same compares with a recorded value, which may be the parsed form of a text.
func same(t *testing.T, want, got value.Value) {
	t.Helper()
	if random.MatchString(want.String()) {
		return
	}
	if got.Kind() == value.String && texts(want) != texts(got) {
		if parsed, err := value.ParseString(got.Text()); err == nil {
			got = parsed
		}
	}
	require.Equal(t, texts(want), texts(got))
}

var waiting = regexp.MustCompile(`\.sync|\.waitForTaskToken|:activity:`)

// random matches values that AWS or the recording made up.
var random = regexp.MustCompile(`<|"date"|-date"|timestamp|-time"|"datetime"|_arn`)

// texts gives a value as JSON text with sorted members; what is null in a
// recording is absent in a frame.
func texts(v value.Value) string {
	if v.IsAbsent() || v.Kind() == value.Null {
		return ""
	}
	var any any
	if json.Unmarshal([]byte(v.String()), &any) != nil {
		return v.String()
	}
	text, _ := json.Marshal(any)
	return string(text)
}

type types struct{ list []string }

func (r *types) Record(e machine.Event) { r.list = append(r.list, e.Type) }

// replay answers Calls as recorded, in the order in which they were scheduled.
type replay struct {
	program *program.Program
	c       *recorded
	made    map[string]int
}

func (r replay) Call(e machine.Effect) (machine.Outcome, time.Duration) {
	attempts := r.c.Mocks[e.State]
	n := r.made[e.State]
	r.made[e.State]++
	if n >= len(attempts) {
		f := machine.Fault("Recorded.NoAnswer", e.State)
		return machine.Outcome{Failure: &f}, 0
	}
	result := attempts[n].Result
	if strings.HasSuffix(result.Type, "Succeeded") {
		return machine.Outcome{Output: result.Output}, 0
	}
	f := machine.Failure{Error: result.Error, Cause: result.Cause}
	switch {
	case strings.HasSuffix(result.Type, "ScheduleFailed"):
		f.Stage = "schedule"
	case strings.HasSuffix(result.Type, "StartFailed"):
		f.Stage = "start"
	case strings.HasSuffix(result.Type, "SubmitFailed"):
		f.Stage = "submit"
	}
	if f.Cause.Kind() == value.Object {
		f.Cause = value.OfString(f.Cause.String())
	}
	return machine.Outcome{Failure: &f}, 0
}

func (r replay) Distribute(e machine.Effect) (machine.Outcome, time.Duration) {
	return conformance.RunItems(r.program, e, r.Call)
}
