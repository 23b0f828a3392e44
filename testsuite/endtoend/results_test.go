package endtoend

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// results are the result files of a Map Run, read as AWS's documentation
// describes them.
type results struct {
	// folder is <Prefix>/<Map Run UUID>/, mapRun its ARN.
	folder, mapRun             string
	succeeded, failed, pending []record
}

// record is one execution in a result file.
type record struct {
	ExecutionArn, Name, StateMachineArn, Status string
	Input, Output                               string
	Error, Cause                                string
	StartDate, StopDate                         string
	RedriveStatus, RedriveStatusReason          string
	RedriveCount                                *int

	// text is the record as it stands in the file.
	text string
}

// index gives the index of the record's item, whose input [numbered] made.
func (r record) index(t *testing.T) int {
	t.Helper()
	var input struct{ Index *int }
	require.NoError(t, json.Unmarshal([]byte(r.Input), &input))
	require.NotNil(t, input.Index, "input %s", r.Input)
	return *input.Index
}

type manifestFile struct {
	Key  string
	Size int64
}

type manifest struct {
	DestinationBucket, MapRunArn string
	ResultFiles                  struct{ FAILED, PENDING, SUCCEEDED []manifestFile }
}

// exported reads the results of a state's output and checks that it has AWS's
// form.
func (w *world) exported(t *testing.T, prefix string, output value.Value) results {
	t.Helper()
	r := w.results(t, prefix)
	for _, o := range w.list(t, prefix+"/") {
		require.NotContains(t, *o.Key, intermediate, "staging of a run that has succeeded is emptied")
	}
	require.Equal(t, fmt.Sprintf(`{"MapRunArn":%q,"ResultWriterDetails":{"Bucket":%q,"Key":%q}}`, r.mapRun, bucket, r.folder+"manifest.json"), output.String())
	return r
}

// intermediate is the folder of staging beside results. It stays when a run does
// not succeed, for its redrive.
const intermediate = "/.stepwell/"

// results reads the results of the one Map Run below a prefix. It checks that
// the manifest is exactly as AWS writes it, that it names all there is, and
// that nothing else is left.
func (w *world) results(t *testing.T, prefix string) results {
	t.Helper()
	var r results
	var keys []string
	for _, o := range w.list(t, prefix+"/") {
		if strings.Contains(*o.Key, intermediate) {
			continue
		}
		if strings.HasSuffix(*o.Key, "/manifest.json") {
			require.Empty(t, r.folder, "more than one manifest")
			r.folder = strings.TrimSuffix(*o.Key, "manifest.json")
			continue
		}
		keys = append(keys, *o.Key)
	}
	require.NotEmpty(t, r.folder, "no manifest below %s, but %v", prefix, keys)
	uuid := strings.TrimSuffix(strings.TrimPrefix(r.folder, prefix+"/"), "/")
	require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`, uuid)

	var m manifest
	text := w.get(t, r.folder+"manifest.json")
	require.NoError(t, json.Unmarshal([]byte(text), &m))
	r.mapRun = "arn:aws:states:us-east-1:000000000000:mapRun:" + machineName + "/Each:" + uuid
	var named []string
	read := func(category string, files []manifestFile) (records []record, form string) {
		parts := make([]string, len(files))
		for i, f := range files {
			require.Equal(t, fmt.Sprintf("%s%s_%d.json", r.folder, category, i), f.Key)
			content := w.get(t, f.Key)
			require.Len(t, content, int(f.Size))
			records = append(records, parseRecords(t, content)...)
			parts[i] = fmt.Sprintf(`{"Key":%q,"Size":%d}`, f.Key, f.Size)
			named = append(named, f.Key)
		}
		return records, "[" + strings.Join(parts, ",") + "]"
	}
	var failed, pending, succeeded string
	r.failed, failed = read("FAILED", m.ResultFiles.FAILED)
	r.pending, pending = read("PENDING", m.ResultFiles.PENDING)
	r.succeeded, succeeded = read("SUCCEEDED", m.ResultFiles.SUCCEEDED)
	require.Equal(t, fmt.Sprintf(`{"DestinationBucket":%q,"MapRunArn":%q,"ResultFiles":{"FAILED":%s,"PENDING":%s,"SUCCEEDED":%s}}`,
		bucket, r.mapRun, failed, pending, succeeded), text)
	require.ElementsMatch(t, named, keys, "what is not in the manifest should not be left")
	return r
}

func parseRecords(t *testing.T, content string) (records []record) {
	t.Helper()
	var texts []json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(content), &texts))
	for _, text := range texts {
		r := record{text: string(text)}
		require.NoError(t, json.Unmarshal(text, &r))
		records = append(records, r)
	}
	return records
}

// requireOnce fails the test unless the files together hold every one of n
// items once.
func (r results) requireOnce(t *testing.T, n int) {
	t.Helper()
	seen := make([]int, n)
	names := map[string]bool{}
	for _, records := range [][]record{r.succeeded, r.failed, r.pending} {
		for _, one := range records {
			index := one.index(t)
			require.Less(t, index, n)
			seen[index]++
			names[one.ExecutionArn] = true
		}
	}
	for i, times := range seen {
		require.Equal(t, 1, times, "records of item %d", i)
	}
	require.Len(t, names, n, "every execution has an ARN of its own")
}

var date = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$`)

// requireForm fails the test unless the record is, byte for byte, that of an
// execution of the Map Run that succeeded.
func (r results) requireForm(t *testing.T, one record, kind string) {
	t.Helper()
	require.Regexp(t, date, one.StartDate)
	require.Regexp(t, date, one.StopDate)
	require.LessOrEqual(t, one.StartDate, one.StopDate)
	machine := "arn:aws:states:us-east-1:000000000000:stateMachine:" + machineName + "/Each"
	require.Regexp(t, `^arn:aws:states:us-east-1:000000000000:`+kind+`:`+machineName+`/Each:`+regexp.QuoteMeta(one.Name)+`$`, one.ExecutionArn)
	require.Equal(t, `{"ExecutionArn":`+strconv.Quote(one.ExecutionArn)+`,"Input":`+quoted(one.Input)+`,"InputDetails":{"Included":true},"Name":"`+one.Name+
		`","Output":`+quoted(one.Output)+`,"OutputDetails":{"Included":true},"RedriveCount":0,"RedriveStatus":"NOT_REDRIVABLE",`+
		`"RedriveStatusReason":"Execution is SUCCEEDED and cannot be redriven","StartDate":"`+one.StartDate+`","StateMachineArn":"`+machine+
		`","Status":"SUCCEEDED","StopDate":"`+one.StopDate+`"}`, one.text)
}
