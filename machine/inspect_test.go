package machine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

type inspected []string

func (*inspected) Record(machine.Event) {}

func (i *inspected) Inspect(s *program.State, stage machine.Stage, v value.Value) {
	*i = append(*i, s.Name+" "+string(stage)+" "+v.String())
}

// TestInspector: what a state makes of its data is told in its order, and a
// failure before it is caught.
func TestInspector(t *testing.T) {
	p, said := translator.Translate(`{"StartAt": "P", "States": {
		"P": {"Type": "Pass", "InputPath": "$.in", "Parameters": {"n.$": "$.n"}, "ResultPath": "$.out", "Next": "M"},
		"M": {"Type": "Map", "ItemsPath": "$.in.rows", "ItemProcessor": {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}},
			"Catch": [{"ErrorEquals": ["Other"], "Next": "S"}, {"ErrorEquals": ["States.ALL"], "Next": "S"}], "Next": "S"},
		"S": {"Type": "Succeed"}}}`)
	require.NotNil(t, p, said)
	var told inspected
	input, err := value.ParseString(`{"in":{"n":1,"rows":[7]}}`)
	require.NoError(t, err)
	machine.Start(p, machine.Beginning{Origin: machine.Origin{StartTime: time.Unix(0, 0)}, Input: input, Sink: &told})
	assert.Equal(t, inspected{
		`P afterInputPath {"n":1,"rows":[7]}`,
		`P afterParameters {"n":1}`,
		`P result {"n":1}`,
		`P afterResultSelector {"n":1}`,
		`P afterResultPath {"in":{"n":1,"rows":[7]},"out":{"n":1}}`,
		`M afterInputPath {"in":{"n":1,"rows":[7]},"out":{"n":1}}`,
		`M afterItemsPath [7]`,
		`M maxConcurrency 0`,
		`F afterInputPath 7`,
		`M errorOutput {"Error":"E"}`,
		`M catchIndex 1`,
		`S afterInputPath {"Error":"E","Cause":null}`,
	}, told)
}
