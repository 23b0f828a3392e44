package conformance_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/testsuite/conformance"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestThreeLanguages: the cases that are one machine in three languages have
// the same input, answers and end, so that all three are held to one result.
func TestThreeLanguages(t *testing.T) {
	files, err := filepath.Glob("cases/cel-*-cel.txtar")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 12)
	for _, file := range files {
		load := func(language string) conformance.Case {
			cases, err := conformance.Load(strings.TrimSuffix(file, "cel.txtar") + language + ".txtar")
			require.NoError(t, err)
			require.Len(t, cases, 1, "%s in %s", file, language)
			return cases[0]
		}
		cel := load("cel")
		assert.Contains(t, cel.Machine, "QueryLanguage: CEL")
		for _, language := range []string{"jsonpath", "jsonata"} {
			other := load(language)
			other.Name, other.Machine = cel.Name, cel.Machine
			assert.Equal(t, cel, other, "%s in %s", file, language)
		}
	}
}
