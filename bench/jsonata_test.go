package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonata"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// TestJSONataAlone runs the command where there is no Node.
func TestJSONataAlone(t *testing.T) {
	t.Setenv("BENCH_SMALL", "1")
	t.Setenv("PATH", t.TempDir())
	folder := t.TempDir()
	var out, log bytes.Buffer
	require.Zero(t, runJSONata(t.Context(), []string{"-out", folder, "-each", "100us"}, &out, &log), "%s", &log)
	assert.Contains(t, log.String(), "Nothing to compare with: jsonata-js cannot be had: node is not in PATH.")
	assert.Contains(t, out.String(), "group by")
	text, err := os.ReadFile(filepath.Join(folder, "jsonata.json"))
	require.NoError(t, err)
	var figures map[string]float64
	require.NoError(t, json.Unmarshal(text, &figures))
	assert.Positive(t, figures["jsonata_path_ns"])
	assert.NotContains(t, figures, "jsonata_vs_js_geomean")
}

func TestJSONataFigures(t *testing.T) {
	c := jsonataComparison{
		ours: []jsonataResult{{jsonataPath, 100, "1"}, {"other", 1000, `{"a":1,"b":[2]}`}},
		js:   []jsonataResult{{jsonataPath, 400, "1.0"}, {"other", 9000, `{"b":[2],"a":1}`}},
	}
	require.NoError(t, c.agree())
	figures := c.figures()
	assert.InDelta(t, 6, figures[0].value, 1e-9)
	assert.Equal(t, 4.0, figures[1].value)
	assert.Equal(t, 100.0, figures[2].value)
	assert.Empty(t, figures.missed())
	c.js[1].NS = 900
	assert.Len(t, c.figures().missed(), 2)
	c.js[1].Result = `{"a":1,"b":[3]}`
	assert.ErrorContains(t, c.agree(), "other: the results differ")
	c.js[1].Result = ""
	assert.ErrorContains(t, c.agree(), "other")
}

func TestJSONataCases(t *testing.T) {
	documents := []string{jsonataLarge: jsonataDocument(100 << 10), jsonataSmall: jsonataDocument(1 << 10)}
	assert.InDelta(t, 100<<10, len(documents[jsonataLarge]), 1<<10)
	assert.InDelta(t, 1<<10, len(documents[jsonataSmall]), 1<<9)
	results, err := measureJSONata(documents, 0)
	require.NoError(t, err)
	for _, r := range results {
		assert.False(t, r.Result == "" || r.Result == "null" || strings.HasPrefix(r.Result, "[]"), r.Name)
	}
}

func BenchmarkJSONata(b *testing.B) {
	documents := []string{jsonataLarge: jsonataDocument(100 << 10), jsonataSmall: jsonataDocument(1 << 10)}
	for _, c := range jsonataCases {
		b.Run(c.Name, func(b *testing.B) {
			input, err := value.ParseString(documents[c.Document])
			require.NoError(b, err)
			expression, err := jsonata.Compile(c.Text, jsonata.Options{})
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				_, _ = expression.Evaluate(jsonata.Env{Input: input})
			}
		})
	}
}
