package teststate_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/testsuite/teststate/cases"
)

// TestRecorded makes the calls that AWS recorded, when they are beside the
// repository.
func TestRecorded(t *testing.T) {
	const folder = "../../../shared/cases"
	if found, _ := filepath.Glob(folder + "/aws/*.jsonl"); len(found) == 0 {
		t.Skip("the recorded cases are not beside the repository")
	}
	all, err := cases.Load(folder)
	require.NoError(t, err)
	require.NotEmpty(t, all)
	for _, c := range all {
		t.Run(c.Name(), func(t *testing.T) {
			if reason := c.Skip(); reason != "" {
				t.Skip(reason)
			}
			require.NoError(t, c.Run())
		})
	}
}
