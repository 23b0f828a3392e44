package teststate_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/seed-a99ddb6e/stepwell/machine/teststate"
)

// FuzzTest: whatever is asked, the answer is a response with a status or a fault.
func FuzzTest(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(f, err)
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		require.NoError(f, err)
		for _, part := range archive.Files {
			if part.Name == "definition" {
				f.Add(string(part.Data), "", `{"in":{"n":2},"rows":[1,2],"s":1}`, `[1,2]`, `{}`)
			}
		}
	}
	f.Fuzz(func(t *testing.T, definition, name, input, result, context string) {
		failures := int64(1)
		r := teststate.Request{
			Definition: definition, StateName: name, Input: input, Context: context, InspectionLevel: teststate.Trace,
			Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		}
		if result != "" {
			r.Mock = &teststate.Mock{Result: &result}
			r.StateConfiguration = teststate.Configuration{MapIterationFailureCount: &failures, MapItemReaderData: &input}
		}
		response, err := teststate.Test(r)
		var fault *teststate.Fault
		if err == nil {
			require.NotEmpty(t, response.Status)
			require.NotNil(t, response.InspectionData)
			return
		}
		require.True(t, errors.As(err, &fault), "%v", err)
		require.NotEmpty(t, fault.Message)
	})
}
