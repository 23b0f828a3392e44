package results_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/objects/objectstest"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/activities/staging"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

func parse(t *testing.T, text string) value.Value {
	v, err := value.ParseString(text)
	require.NoError(t, err)
	return v
}

func run(transformation, outputType, resource string) machine.Distribute {
	return machine.Distribute{
		MapRunArn: "arn:aws:states:r:a:mapRun:M/L:uuid",
		Writer: &machine.Writer{Resource: resource, Transformation: transformation, OutputType: outputType,
			Parameters: value.OfObject(value.Member{Name: "Bucket", Value: value.OfString("out")})},
	}
}

const putObject = "arn:aws:states:::s3:putObject"

// segment renders outputs as successes with rising indexes.
func segment(t *testing.T, f results.Format, outputs ...string) *results.Segment {
	s := &results.Segment{Format: f}
	r := results.Renderer{Format: f}
	for i, o := range outputs {
		e := results.Execution{First: int64(i), Ended: wire.Ended{Status: machine.Succeeded, Output: parse(t, o)}}
		s.Add(wire.SucceededFile, r.Append(nil, e))
	}
	return s
}

func TestFormats(t *testing.T) {
	outputs := []string{`[]`, `{"a":1}`, `[1,[2]]`, `[]`, `"x"`}
	for name, c := range map[string]struct{ transformation, outputType, want string }{
		"compact":       {"COMPACT", "JSON", `[[],{"a":1},[1,[2]],[],"x"]`},
		"flatten":       {"FLATTEN", "JSON", `[{"a":1},1,[2],"x"]`},
		"compact lines": {"COMPACT", "JSONL", "[]\n{\"a\":1}\n[1,[2]]\n[]\n\"x\"\n"},
		"flatten lines": {"FLATTEN", "JSONL", "{\"a\":1}\n1\n[2]\n\"x\"\n"},
	} {
		t.Run(name, func(t *testing.T) {
			exported := results.FormatOf(run(c.transformation, c.outputType, putObject))
			store := objectstest.New("out")
			files := results.NewFiles(t.Context(), results.Target{Store: store, At: objects.Location{Bucket: "out", Key: "p/"}, Format: exported}, wire.SucceededFile)
			// Two parts, the second of which ends in nothing.
			require.NoError(t, files.Add(segment(t, exported, outputs[:2]...).Text(wire.SucceededFile)))
			require.NoError(t, files.Add(segment(t, exported, outputs[2:]...).Text(wire.SucceededFile)))
			require.NoError(t, files.Add(nil))
			written, err := files.Close()
			require.NoError(t, err)
			assert.Equal(t, []results.File{{Key: "p/SUCCEEDED_0.json", Size: int64(len(c.want))}}, written)
			text, err := objects.Load(t.Context(), store, objects.Location{Bucket: "out", Key: "p/SUCCEEDED_0.json"})
			require.NoError(t, err)
			assert.Equal(t, c.want, string(text))

			inline := results.FormatOf(run(c.transformation, c.outputType, ""))
			array := results.Array{Format: inline}
			require.NoError(t, array.Add(segment(t, inline, outputs...).Text(wire.SucceededFile)))
			output, err := array.Output()
			require.NoError(t, err)
			if c.outputType == "JSONL" {
				assert.Equal(t, c.want, output.Text())
			} else {
				assert.Equal(t, c.want, output.String())
			}
		})
	}
}

func TestDefaults(t *testing.T) {
	assert.Equal(t, results.Format{Transformation: results.Compact}, results.FormatOf(machine.Distribute{}))
	assert.Equal(t, results.Format{Exported: true, Transformation: results.None}, results.FormatOf(run("", "", putObject)))
}

func TestFilesRollOver(t *testing.T) {
	store := objectstest.New("out")
	files := results.NewFiles(t.Context(), results.Target{Store: store, At: objects.Location{Bucket: "out"}, Format: results.Format{Exported: true}, Limit: 10}, wire.FailedFile)
	for _, block := range []string{"1,2,3", "4,5", "6", strings.Repeat("7", 30), "8"} {
		require.NoError(t, files.Add([]byte(block)))
	}
	written, err := files.Close()
	require.NoError(t, err)
	var texts []string
	for _, f := range written {
		text, err := objects.Load(t.Context(), store, objects.Location{Bucket: "out", Key: f.Key})
		require.NoError(t, err)
		texts = append(texts, f.Key+" "+string(text))
	}
	assert.Equal(t, []string{"FAILED_0.json [1,2,3,4,5]", "FAILED_1.json [6]", "FAILED_2.json [" + strings.Repeat("7", 30) + "]", "FAILED_3.json [8]"}, texts)
}

func TestAbandonedFileIsNotWritten(t *testing.T) {
	store := objectstest.New("out")
	files := results.NewFiles(t.Context(), results.Target{Store: store, At: objects.Location{Bucket: "out"}}, wire.FailedFile)
	require.NoError(t, files.Add([]byte("1")))
	files.Abandon(errors.New("cancelled"))
	assert.Empty(t, store.Keys("out", ""))
}

func TestRefusedFile(t *testing.T) {
	files := results.NewFiles(t.Context(), results.Target{Store: objectstest.New(), At: objects.Location{Bucket: "out"}}, wire.FailedFile)
	err := files.Add([]byte("1"))
	if err == nil {
		_, err = files.Close()
	}
	assert.ErrorAs(t, err, new(*results.Error))
	assert.ErrorContains(t, err, "the bucket out does not exist. Check the Bucket of the ResultWriter.")
	files.Abandon(err)
}

func TestRecords(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 67_000_000, time.FixedZone("x", 3600))
	failure := machine.Failure{Error: value.OfString("E")}
	e := results.Execution{
		Origin: machine.Origin{ID: "arn:e", Name: "n", StateMachineID: "arn:m"},
		Input:  parse(t, `{"a":"é\n"}`),
		Ended:  wire.Ended{Status: machine.TimedOut, Failure: &failure, Started: at, Stopped: at.Add(time.Second)},
	}
	r := results.Renderer{Format: results.Format{Exported: true, Transformation: results.Compact}}
	assert.Equal(t, `{"Error":"E","ExecutionArn":"arn:e","Input":"{\"a\":\"é\\n\"}","InputDetails":{"Included":true},"Name":"n","OutputDetails":{"Included":true},`+
		`"RedriveCount":0,"RedriveStatus":"REDRIVABLE_BY_MAP_RUN","StartDate":"2026-01-02T02:04:05.067Z","StateMachineArn":"arn:m","Status":"TIMED_OUT","StopDate":"2026-01-02T02:04:06.067Z"}`,
		string(r.Append(nil, e)), "a failure is written as NONE whatever the transformation")
	e.Ended = wire.Ended{Status: wire.Pending}
	assert.Equal(t, `{"ExecutionArn":"arn:e","Input":"{\"a\":\"é\\n\"}","InputDetails":{"Included":true},"Name":"n","OutputDetails":{"Included":true},`+
		`"RedriveCount":0,"RedriveStatus":"REDRIVABLE_BY_MAP_RUN","StateMachineArn":"arn:m","Status":"PENDING"}`, string(r.Append(nil, e)))
}

func TestDestination(t *testing.T) {
	for _, c := range []struct{ parameters, key, cause string }{
		{`{"Bucket":"b","Prefix":"p"}`, "p/uuid/", ""},
		{`{"Bucket":"b","Prefix":"p/q/"}`, "p/q/uuid/", ""},
		{`{"Bucket":"b"}`, "uuid/", ""},
		{`{"Prefix":"p"}`, "", "no Bucket"},
		{`{"Bucket":"b","Prefix":1}`, "", "Prefix is a number"},
	} {
		r := run("", "", putObject)
		r.Writer.Parameters = parse(t, c.parameters)
		at, ok, err := results.Destination(r)
		if c.cause != "" {
			assert.ErrorContains(t, err, c.cause)
			continue
		}
		require.NoError(t, err)
		assert.True(t, ok)
		assert.Equal(t, objects.Location{Bucket: "b", Key: c.key}, at)
	}
	_, ok, err := results.Destination(run("COMPACT", "JSON", ""))
	assert.False(t, ok)
	assert.NoError(t, err)
}

func TestSegmentWrites(t *testing.T) {
	store := objectstest.New("out")
	place, err := staging.Below("s3://out/x", "run")
	require.NoError(t, err)
	f := results.Format{Exported: true, Transformation: results.Flatten}
	s := segment(t, f, `[]`, `[]`)
	s.Add(wire.FailedFile, []byte(`{}`))
	written, err := s.Write(t.Context(), store, place, results.Number{Shard: 3, Attempt: 2, Segment: 1})
	require.NoError(t, err)
	assert.Equal(t, []wire.Part{
		{Category: wire.SucceededFile, Name: "3/2-1-SUCCEEDED", Records: 2},
		{Category: wire.FailedFile, Name: "3/2-1-FAILED", Records: 1, Bytes: 2},
	}, written.Parts)
	assert.Equal(t, []string{"x/run/parts/3/2-1-FAILED"}, store.Keys("out", ""))
	s.Reset()
	assert.Zero(t, s.Size())
}

func TestArrayTooLarge(t *testing.T) {
	array := results.Array{}
	part := []byte(`[1,"` + strings.Repeat("x", 100_000) + `"]`)
	var err error
	for range 40 {
		if err = array.Add(part); err != nil {
			break
		}
	}
	assert.ErrorAs(t, err, new(results.LargeError))
}
