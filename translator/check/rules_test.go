package check

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEveryRuleHasCases: for each rule there is a case that it can fail.
func TestEveryRuleHasCases(t *testing.T) {
	for _, r := range rules {
		files, err := filepath.Glob("testdata/" + r.name + "*.txtar")
		require.NoError(t, err)
		refused := false
		for _, file := range files {
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			refused = refused || bytes.Contains(content, []byte("\nERROR ")) || bytes.Contains(content, []byte("\nWARNING "))
		}
		assert.True(t, refused, r.name)
	}
}

func TestNearest(t *testing.T) {
	states := []string{"Process", "Process orders", "Notify", "A1"}
	for name, want := range map[string]string{
		"Proces": "Process", "process": "Process", "Porcess": "Process", "Process order": "Process orders",
		"Notifyy": "Notify", "Noti": "Notify", "Archive": "", "A2": "A1", "B1": "", "": "",
	} {
		assert.Equal(t, want, nearest(name, states), name)
	}
	assert.Equal(t, 1, distance("ab", "ba"), "neighbours swapped")
	assert.Equal(t, 3, distance("", "abc"))
	assert.Equal(t, 2, distance("größe", "grüße")+distance("größe", "große"))
}
