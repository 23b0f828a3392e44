package wire

import (
	"encoding/json"
	"strings"
	"testing"

	jsonv1 "github.com/go-json-experiment/json/v1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

const (
	items = "arn:aws:states:us-east-1:000000000000:execution:Orders/Each:"
	other = "arn:aws:states:us-east-1:000000000000:execution:Bills/Each:"
)

func waveTask(execution, state, function string) Task {
	call := machine.Call{Resource: program.Resource{ARN: function, Service: "lambda"}, Input: value.OfString("<input>"), Visit: "0"}
	return Task{Call: call, State: state, Execution: execution, Effect: 7}
}

func TestWavePacksWhatItsTasksHaveInCommon(t *testing.T) {
	for name, c := range map[string]struct {
		tasks []Task
		once  []string // what is written once
		twice []string
	}{
		"all":              {[]Task{waveTask(items+"1", "Price", "price"), waveTask(items+"2", "Price", "price")}, []string{items, `"Price"`, `"price"`}, nil},
		"but the states":   {[]Task{waveTask(items+"1", "Price", "price"), waveTask(items+"2", "Again", "price")}, []string{items, `"Price"`, `"Again"`, `"price"`}, nil},
		"but the resource": {[]Task{waveTask(items+"1", "Price", "price"), waveTask(items+"2", "Price", "cost")}, []string{items, `"Price"`, `"cost"`}, nil},
		"but whose":        {[]Task{waveTask(items+"1", "Price", "price"), waveTask(items+"2", "Price", "price"), waveTask(other+"2", "Price", "price")}, []string{`"Price"`}, []string{items}},
		"one alone":        {[]Task{waveTask(items+"1", "Price", "price")}, []string{items, `"Price"`}, nil},
		"no ARNs":          {[]Task{waveTask("1", "Price", "price"), waveTask("", "Price", "price")}, []string{`"Price"`}, nil},
		"nothing":          {nil, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := Wave{Tasks: c.tasks, Concurrency: 2, Number: 3, Suspect: true, Lost: 2}
			text, err := jsonv1.Marshal(w)
			require.NoError(t, err)
			for _, part := range c.once {
				assert.Equal(t, 1, strings.Count(string(text), part), "%s in %s", part, text)
			}
			for _, part := range c.twice {
				assert.Equal(t, 2, strings.Count(string(text), part), "%s in %s", part, text)
			}
			var got Wave
			require.NoError(t, jsonv1.Unmarshal(text, &got))
			assert.Equal(t, w, got)

			// As earlier versions wrote it.
			text, err = json.Marshal(w)
			require.NoError(t, err)
			assert.NotContains(t, string(text), "common")
			got = Wave{}
			require.NoError(t, jsonv1.Unmarshal(text, &got))
			assert.Equal(t, w, got)
		})
	}
}

// Keys are kept by services: their form must never change.
func TestKeyOf(t *testing.T) {
	assert.Equal(t, "ea7fb08b-7a2d-c461-9ffb-7c7bb38d95a2", KeyOf("a", "b", "c"), "the first half of SHA-256 of a, b and c on lines of their own")
	assert.Equal(t, "ca978112-ca1b-bdca-fac2-31b39a23dc4d", KeyOf("a"))
}
