package machine_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// distributed asks for all that a Map Run can be asked for.
const distributed = `{"StartAt":"V","States":{
  "V":{"Type":"Pass","Assign":{"prefix":"out"},"Next":"M"},
  "M":{"Type":"Map","Label":"Rows","InputPath":"$.in",
    "ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW","MaxItemsPath":"$.most"},"Parameters":{"Bucket.$":"$.bucket","Key":"k"}},
    "ItemSelector":{"row.$":"$$.Map.Item.Value"},
    "ItemBatcher":{"MaxItemsPerBatchPath":"$.batch","MaxInputBytesPerBatch":262144,"BatchInput":{"of.$":"$.bucket"}},
    "MaxConcurrencyPath":"$.limit","ToleratedFailureCount":3,"ToleratedFailurePercentagePath":"$.percent",
    "ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket.$":"$.bucket","Prefix.$":"$prefix"},"WriterConfig":{"Transformation":"COMPACT","OutputType":"JSONL"}},
    "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"End":true}}}`

// asked gives the Map Run that an input leads to.
func asked(t testing.TB, definition, input string) *machine.Distribute {
	t.Helper()
	execution, effects := machine.Start(translate(t, definition), beginning(input))
	require.Len(t, effects, 1, "%v", execution.Frame().Failure)
	require.NotNil(t, effects[0].Distribute)
	return effects[0].Distribute
}

func TestDistribute(t *testing.T) {
	run := asked(t, distributed, `{"in":{"bucket":"b","most":200000000,"batch":"7","limit":25000,"percent":2.5}}`)
	assert.Regexp(t, `^arn:aws:states:us-east-1:123456789012:mapRun:Shop/Rows:[0-9a-f-]{36}$`, run.MapRunArn)
	assert.True(t, run.Items.IsAbsent())
	assert.EqualValues(t, 10_000, run.MaxConcurrency, "the ceiling")
	assert.Equal(t, machine.Tolerance{Count: 3, HasCount: true, Percentage: 2.5, HasPercentage: true}, run.Tolerance)
	assert.EqualValues(t, 100_000_000, run.Reader.MaxItems, "the ceiling")
	assert.Equal(t, `{"Key":"k","Bucket":"b"}`, run.Reader.Parameters.String())
	assert.Equal(t, "CSV", run.Reader.Config.InputType)
	assert.EqualValues(t, 7, run.Batcher.MaxItems)
	assert.EqualValues(t, 262_144, run.Batcher.MaxBytes)
	assert.Equal(t, `{"of":"b"}`, run.Batcher.BatchInput.String())
	assert.Equal(t, `{"Bucket":"b","Prefix":"out"}`, run.Writer.Parameters.String())
	assert.Equal(t, "COMPACT", run.Writer.Transformation)
	assert.Equal(t, "JSONL", run.Writer.OutputType)
	assert.Equal(t, `{"prefix":"out"}`, run.Selection.Variables.String())
	assert.Equal(t, "b", run.Selection.Input.Get("bucket").Text())
	assert.Equal(t, "M", run.Selection.Context.Get("State").Get("Name").Text())
	assert.Equal(t, "one", run.Origin.Name)

	text, err := json.Marshal(run)
	require.NoError(t, err)
	var again machine.Distribute
	require.NoError(t, json.Unmarshal(text, &again))
	kept, err := json.Marshal(again)
	require.NoError(t, err)
	assert.Equal(t, string(text), string(kept), "it is plain JSON")
}

func TestDistributeDefaults(t *testing.T) {
	definition := `{"StartAt":"M","States":{"M":{"Type":"Map","ItemBatcher":{"MaxItemsPerBatch":2},
		"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"End":true}}}`
	run := asked(t, definition, `[1,2]`)
	assert.Equal(t, `[1,2]`, run.Items.String())
	assert.Nil(t, run.Reader)
	assert.Nil(t, run.Writer)
	assert.EqualValues(t, 10_000, run.MaxConcurrency)
	assert.Equal(t, machine.Tolerance{}, run.Tolerance)
	assert.EqualValues(t, 262_144, run.Batcher.MaxBytes, "the bytes are bounded in any case")
	assert.True(t, run.Selection.Input.IsAbsent(), "there is no ItemSelector")
}

// TestDistributeFaults holds that a field which cannot be had ends the
// execution before a Map Run begins.
func TestDistributeFaults(t *testing.T) {
	for name, c := range map[string]struct{ input, cause string }{
		"no bucket":           {`{"most":1,"batch":1,"limit":1,"percent":1}`, "$.bucket"},
		"no limit":            {`{"bucket":"b","most":1,"batch":1,"percent":1}`, "$.limit"},
		"a negative limit":    {`{"bucket":"b","most":1,"batch":1,"limit":-1,"percent":1}`, "MaxConcurrency cannot be negative."},
		"no most":             {`{"bucket":"b","batch":1,"limit":1,"percent":1}`, "$.most"},
		"no batch":            {`{"bucket":"b","most":1,"limit":1,"percent":1}`, "$.batch"},
		"a negative batch":    {`{"bucket":"b","most":1,"limit":1,"percent":1,"batch":-2}`, "must be positive"},
		"no percentage":       {`{"bucket":"b","most":1,"batch":1,"limit":1}`, "$.percent"},
		"a percentage of 101": {`{"bucket":"b","most":1,"batch":1,"limit":1,"percent":101}`, "between 0 and 100"},
	} {
		t.Run(name, func(t *testing.T) {
			execution, effects := machine.Start(translate(t, distributed), beginning(`{"in":`+c.input+`}`))
			require.Empty(t, effects)
			require.Equal(t, machine.Failed, execution.Status())
			assert.Equal(t, machine.ErrorRuntime, execution.Frame().Failure.Name())
			assert.Contains(t, execution.Frame().Failure.Cause.Text(), c.cause)
		})
	}
}

// TestInputPathOfEveryState holds that a path which finds nothing is
// States.Runtime in whatever state it stands.
func TestInputPathOfEveryState(t *testing.T) {
	for _, state := range []string{
		`{"Type":"Pass",@"End":true}`,
		`{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},@"End":true}`,
		`{"Type":"Choice",@"Choices":[{"Variable":"$","IsPresent":true,"Next":"S"}]}`,
		`{"Type":"Wait","Seconds":1,@"End":true}`,
		`{"Type":"Succeed",@"Comment":""}`,
		`{"Type":"Parallel","Branches":[{"StartAt":"B","States":{"B":{"Type":"Succeed"}}}],@"End":true}`,
		`{"Type":"Map","ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Succeed"}}},@"End":true}`,
	} {
		for _, field := range []string{`"InputPath":"$.nothing",`, `"OutputPath":"$.nothing",`} {
			definition := `{"StartAt":"A","States":{"A":` + strings.Replace(state, "@", field, 1) + `,"S":{"Type":"Succeed"}}}`
			if !strings.Contains(state, "Choice") {
				definition = strings.Replace(definition, `,"S":{"Type":"Succeed"}`, "", 1)
			}
			b := beginning(`[]`)
			execution, effects := machine.Start(translate(t, definition), b)
			for _, e := range effects {
				execution.Resume(e.ID, machine.Outcome{}, b.Origin.StartTime)
			}
			require.Equal(t, machine.Failed, execution.Status(), definition)
			assert.Equal(t, machine.ErrorRuntime, execution.Frame().Failure.Name(), definition)
			assert.Contains(t, execution.Frame().Failure.Cause.Text(), "while executing the state 'A' (entered at the event id #2)", definition)
		}
	}
}
