package endtoend

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/machinetest"
	"github.com/seed-a99ddb6e/stepwell/testsuite/conformance"
	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// TestPublicDefinitions runs definitions from public samples, as they are: all
// those that use nothing but Lambda functions, which get their input back, and
// that end soon. They have to end as they do on the virtual clock, without
// servers.
func TestPublicDefinitions(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(devtest.Root(), "..", "shared", "cases", "definitions", "valid", "*.json"))
	require.NoError(t, err)
	if len(files) == 0 {
		t.Skip("needs ../shared/cases/definitions/valid")
	}
	w := newWorld(t, settings{})
	w.functions.anything = w.functions.add("anything", echo)
	var running []public
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		p, _ := translator.Translate(string(text))
		if p == nil || !supported(p.Root()) {
			continue
		}
		for _, input := range publicInputs() {
			if want, soon := virtually(p, input); soon {
				e := w.start(t, string(text), input)
				running = append(running, public{filepath.Base(file) + " with " + input, e, want})
			}
		}
	}
	require.NotEmpty(t, running)
	succeeded := 0
	for _, one := range running {
		ended := one.ended()
		require.Equal(t, one.want.Status, ended.Status, "%s: %v", one.name, ended.Failure)
		if ended.Status == machine.Succeeded {
			succeeded++
			continue
		}
		assert.Equal(t, one.want.Failure.Name(), ended.Failure.Name(), one.name)
	}
	t.Logf("%d executions ended as they should, %d of them succeeded", len(running), succeeded)
	assert.Greater(t, succeeded, 10)
}

// TestPublicMaps runs those of the definitions that map over an object whose
// place their input tells.
func TestPublicMaps(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(devtest.Root(), "..", "shared", "cases", "definitions", "valid", "*.json"))
	require.NoError(t, err)
	if len(files) == 0 {
		t.Skip("needs ../shared/cases/definitions/valid")
	}
	w := newWorld(t, settings{})
	w.functions.anything = w.functions.add("anything", echo)
	const n = 5
	places := map[string]string{
		"CSV":  w.put(t, "orders.csv", delimited(',', []string{"id", "note"}, n)),
		"JSON": w.put(t, "orders.json", "["+strings.Join(rows(n), ",")+"]"),
	}
	ran := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		p, _ := translator.Translate(string(text))
		if p == nil {
			continue
		}
		config, ok := mapsOverInput(p.Root())
		if !ok || !strings.Contains(string(text), `"$.Bucket"`) || !strings.Contains(string(text), `"$.Key"`) {
			continue
		}
		ran++
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			input := fmt.Sprintf(`{"Bucket":%q,"Key":%q,"MaxItems":2}`, bucket, places[config.InputType])
			output := w.start(t, string(text), input).succeeds()
			require.Positive(t, output.Len())
			for i, item := range output.Elements() {
				require.JSONEq(t, rows(n)[i], item.String())
			}
		})
	}
	require.Positive(t, ran)
}

// mapsOverInput gives the reader of a machine whose only states are a
// Distributed Map over a CSV or JSON object with a header, and Pass states.
func mapsOverInput(m *program.Machine) (config program.ReaderConfig, ok bool) {
	for _, s := range m.States {
		switch {
		case s.Map != nil && s.Map.Distributed != nil && s.Map.Distributed.Reader != nil:
			config = s.Map.Distributed.Reader.Config
			ok = config.InputType == "JSON" && config.ItemsPointer == "" || config.CSVHeaderLocation == "FIRST_ROW" && config.CSVDelimiter == ""
		case s.Pass == nil:
			return config, false
		}
	}
	return config, ok
}

// public is an execution of a public definition.
type public struct {
	name string
	*execution
	want conformance.Result
}

// publicInputs are what many samples can do something with.
func publicInputs() []string {
	return []string{
		`{"items":[1,2,3],"value":1,"foo":1,"key":"value","seconds":1,"input":{"value":1},"array":[1,2],"fooList":["a"]}`,
		`[1,2,3]`,
	}
}

// supported reports whether a machine asks for nothing but Lambda functions.
func supported(m *program.Machine) bool {
	for _, s := range m.States {
		if s.Task != nil && (s.Task.Resource.Service != "lambda" || s.Task.Resource.Pattern != program.RequestResponse) {
			return false
		}
		if s.Map != nil && s.Map.Distributed != nil && (s.Map.Distributed.Reader != nil || s.Map.Distributed.Writer != nil) {
			return false
		}
		for _, nested := range s.Machines() {
			if !supported(nested) {
				return false
			}
		}
	}
	return true
}

// virtually runs the program on the virtual clock; soon tells that it ends
// within a few seconds and steps.
func virtually(p *program.Program, input string) (r conformance.Result, soon bool) {
	in, err := value.ParseString(input)
	if err != nil {
		panic(err)
	}
	start := time.Now()
	execution, err := machinetest.Run(p, machine.Beginning{Input: in, Origin: machine.Origin{
		ID: "arn:aws:states:us-east-1:000000000000:execution:Shop:virtual", StartTime: start,
		StateMachineID: "arn:aws:states:us-east-1:000000000000:stateMachine:Shop", StateMachineName: machineName,
	}}, machinetest.Options{Script: echoing{p}, MostEffects: 50})
	if err != nil {
		return r, false
	}
	frame := execution.Frame()
	return conformance.Of(frame), frame.Stopped.Sub(start) < 5*time.Second
}

// echoing answers Lambda functions with their input.
type echoing struct{ program *program.Program }

func (s echoing) Call(e machine.Effect) (machine.Outcome, time.Duration) {
	if e.Call.Resource.Integration() == "lambda:function" {
		return machine.Outcome{Output: e.Call.Input}, time.Millisecond
	}
	payload := value.Member{Name: "Payload", Value: e.Call.Input.Get("Payload").Or(value.NullValue)}
	return machine.Outcome{Output: value.OfObject(payload, value.Member{Name: "StatusCode", Value: value.OfInt(200)})}, time.Millisecond
}

func (s echoing) Await(e machine.Effect) (machine.Outcome, time.Duration) {
	return machine.Outcome{Output: e.Await.Submitted}, time.Millisecond
}

func (s echoing) Distribute(e machine.Effect) (machine.Outcome, time.Duration) {
	return conformance.RunItems(s.program, e, s)
}
