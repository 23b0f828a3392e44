package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write what the commands say into the cases")

// A case in testdata is one or more command lines that need no Temporal. Its
// comment holds, line by line, `$ stepwell ARGUMENTS` and `env NAME=VALUE`; the
// file `stdin` is given to the commands, `want` is what they say, other files
// are made in the folder that they run in.
func TestCommandLine(t *testing.T) {
	cases, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, cases)
	for _, path := range cases {
		path, err := filepath.Abs(path)
		require.NoError(t, err)
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			require.NoError(t, err)
			h := newHarness(t)
			want := -1
			for i, f := range archive.Files {
				switch f.Name {
				case "stdin":
					h.stdin = string(f.Data)
				case "want":
					want = i
				default:
					h.file(t, f.Name, string(f.Data))
				}
			}
			t.Chdir(h.dir)
			var got strings.Builder
			for line := range strings.Lines(string(archive.Comment)) {
				line = strings.TrimSpace(line)
				if setting, ok := strings.CutPrefix(line, "env "); ok {
					name, v, _ := strings.Cut(setting, "=")
					h.environment[name] = v
				}
				if arguments, ok := strings.CutPrefix(line, "$ stepwell"); ok {
					r := h.run(strings.Fields(arguments)...)
					fmt.Fprintf(&got, "%s\nexit %d\nstdout:\n%sstderr:\n%s\n", line, r.code, r.out, r.err)
				}
			}
			require.GreaterOrEqual(t, want, 0, "the case has no file want")
			if *update {
				archive.Files[want].Data = []byte(got.String())
				require.NoError(t, os.WriteFile(path, txtar.Format(archive), 0o644))
				return
			}
			assert.Equal(t, string(archive.Files[want].Data), got.String())
		})
	}
}
