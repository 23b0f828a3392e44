package teststate_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/seed-a99ddb6e/stepwell/machine/teststate"
)

var update = flag.Bool("update", false, "write the answers into the cases")

// A case in testdata is a definition with one or more requests, each followed
// by the answer: the response, or the fault in one line.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			var definition string
			var request teststate.Request
			for i, f := range archive.Files {
				switch f.Name {
				case "definition":
					definition = string(f.Data)
				case "request":
					request = teststate.Request{}
					d := json.NewDecoder(bytes.NewReader(f.Data))
					d.DisallowUnknownFields()
					require.NoError(t, d.Decode(&request))
				case "answer":
					got := answer(t, definition, request)
					if *update {
						archive.Files[i].Data = []byte(got)
						continue
					}
					assert.Equal(t, string(f.Data), got)
				default:
					t.Fatalf("the case has a file %q", f.Name)
				}
			}
			if *update {
				require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o644))
			}
		})
	}
}

func answer(t *testing.T, definition string, r teststate.Request) string {
	r.Definition = definition
	r.Time = time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC)
	r.Seed = 1
	response, err := teststate.Test(r)
	var fault *teststate.Fault
	if errors.As(err, &fault) {
		return fault.Error() + "\n"
	}
	require.NoError(t, err)
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	require.NoError(t, e.Encode(response))
	return b.String()
}
