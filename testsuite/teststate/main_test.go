package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/testsuite/teststate/cases"
)

// The lines are a call that is answered as recorded, calls whose answers differ
// in one thing each, calls that cannot be made, and a line of another kind.
const lines = `
{"id":"f::same","definition":{"Type":"Pass","End":true},"request":{"input":"{\"b\":1,\"a\":[2]}","inspectionLevel":"INFO"},"outcome":"response","expected":{"output":{"b":1,"a":[2]},"status":"SUCCEEDED","ResponseMetadata":{}}}
{"id":"f::order","definition":{"Type":"Pass","End":true},"request":{"input":"{\"b\":1,\"a\":2}"},"outcome":"response","expected":{"output":{"a":2,"b":1},"status":"SUCCEEDED"}}
{"id":"f::status","definition":{"Type":"Pass","End":true},"request":{},"outcome":"response","expected":{"output":{},"status":"FAILED"}}
{"id":"f::more","definition":{"Type":"Pass","Next":"A"},"request":{},"outcome":"response","expected":{"output":{},"status":"SUCCEEDED"}}
{"id":"f::less","definition":{"Type":"Pass","End":true},"request":{},"outcome":"response","expected":{"output":{},"nextState":"A","status":"SUCCEEDED"}}
{"id":"f::text","definition":{"Type":"Pass","End":true},"request":{"input":"[1]","inspectionLevel":"DEBUG"},"outcome":"response","expected":{"output":"[ 1 ]","inspectionData":{"input":"[1]","afterInputPath":"[1]","afterParameters":"[1]","afterResultSelector":"[1]","afterResultPath":"[2]"},"status":"SUCCEEDED"}}
{"id":"f::placeholders","definition":{"Type":"Pass","Parameters":{"x.$":"$$.Execution"},"End":true},"request":{},"outcome":"response","expected":{"output":{"x":{"Id":"arn:<partition>:states:<region>:111111111111:express:<r:1>:<r:2>","Input":{},"Name":"<r:2>","RoleArn":null,"StartTime":"date"}},"status":"SUCCEEDED"}}
{"id":"f::unlike-placeholders","definition":{"Type":"Pass","Parameters":{"x.$":"$$.Execution"},"End":true},"request":{},"outcome":"response","expected":{"output":{"x":{"Id":"arn:<partition>:states:<region>:111111111111:express:<r:2>:<r:1>","Input":{},"Name":"<r:2>","RoleArn":null,"StartTime":"date"}},"status":"SUCCEEDED"}}
{"id":"f::refused","definition":"{}","request":{"stateName":"A"},"outcome":"error","error":{"code":"ValidationException","message":"no"}}
{"id":"f::sdk","definition":{"Type":"Pass","End":true},"request":{},"outcome":"error","error":{"code":"boto:ParamValidationError","message":""}}
{"id":"f::other","definition":{},"api":"StartExecution"}
`

func TestReport(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "aws"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "aws", "a.jsonl"), []byte(lines), 0o600))
	all, err := cases.Load(folder)
	require.NoError(t, err)
	var out strings.Builder
	assert.Equal(t, 7, report(&out, all, regexp.MustCompile("f::")))
	text := out.String()
	assert.True(t, strings.HasSuffix(text, "\ntest-state cases: 2 passed, 7 failed, 1 skipped\n"), text)
	for _, want := range []string{
		`/output[0]: want the member "a", got "b"`,
		`/status: want "FAILED", got "SUCCEEDED"`,
		`/nextState: want none, got "A"`,
		`/nextState: want "A", got none`,
		`/inspectionData/afterResultPath[0]: want 2, got 1`,
		`/output/x/Name: want "<r:2>"`,
		`error: want ValidationException: no, got InvalidDefinition`,
		`skipped: 1: refused by the caller's SDK`,
	} {
		assert.Contains(t, text, want)
	}
	out.Reset()
	assert.Zero(t, report(&out, all, regexp.MustCompile("same")))
	assert.Equal(t, "test-state cases: 1 passed, 0 failed, 0 skipped\n", out.String())
}

func TestLoadNothing(t *testing.T) {
	_, err := cases.Load(t.TempDir())
	assert.ErrorContains(t, err, "there are no cases")
}
