package check_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/check"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
)

var update = flag.Bool("update", false, "write the diagnostics that were found into testdata")

// A case of testdata is a definition (definition.json or definition.yaml), the
// options it is checked with if they are not the default ("EXPRESS",
// "PROCESSOR"), and one line for each diagnostic: severity, code, place and
// path. Lines that begin with # show the wording, which is free to change.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			var options check.Options
			var text *source.Text
			want := -1
			for i, f := range archive.Files {
				switch content := string(f.Data); f.Name {
				case "definition.json", "definition.yaml":
					text = source.NewText(f.Name, content)
				case "options":
					options.Processor = strings.Contains(content, "PROCESSOR")
					if strings.Contains(content, "EXPRESS") {
						options.Type = "EXPRESS"
					}
				case "diagnostics":
					want = i
				default:
					t.Fatalf("unknown part %s", f.Name)
				}
			}
			require.NotNil(t, text, "a case has a definition")
			found := judge(text, options)
			if *update {
				if want < 0 {
					archive.Files = append(archive.Files, txtar.File{Name: "diagnostics"})
					want = len(archive.Files) - 1
				}
				archive.Files[want].Data = []byte(lines(text, found, true))
				require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o644))
				return
			}
			require.GreaterOrEqual(t, want, 0, "no diagnostics yet: run with -update and read what it wrote")
			assert.Equal(t, places(string(archive.Files[want].Data)), lines(text, found, false))
			for _, d := range found {
				assert.NotEmpty(t, d.Summary)
				assert.NotEmpty(t, d.Hint, "%s: a diagnostic says what to do", d.Summary)
			}
		})
	}
}

// lines writes diagnostics as a case has them.
func lines(text *source.Text, ds source.Diagnostics, wording bool) string {
	var b strings.Builder
	for _, d := range ds {
		start, end := text.Position(d.Span.Start), text.Position(d.Span.End)
		fmt.Fprintf(&b, "%s %s %d:%d-%d:%d %s\n", d.Severity, d.Code, start.Line, start.Column, end.Line, end.Column, d.Path)
		if wording {
			fmt.Fprintf(&b, "# %s. %s\n", d.Summary, d.Hint)
		}
	}
	return b.String()
}

// places drops the wording.
func places(expected string) string {
	return strings.Join(slices.DeleteFunc(strings.SplitAfter(expected, "\n"), func(l string) bool { return strings.HasPrefix(l, "#") }), "")
}

// FuzzCheck: whatever the text, the check ends, and what it says has a place in
// the text.
func FuzzCheck(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		require.NoError(f, err)
		f.Add(string(archive.Files[0].Data))
	}
	f.Fuzz(func(t *testing.T, content string) {
		text := source.NewText("fuzz", content)
		def, _ := asl.Parse(text)
		for _, options := range []check.Options{{}, {Type: "EXPRESS"}, {Processor: true}} {
			for _, d := range check.Check(def, options) {
				if d.Span.Start < 0 || d.Span.End < d.Span.Start || d.Span.End > len(content) {
					t.Fatalf("%s at %v", d.Summary, d.Span)
				}
			}
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	var states strings.Builder
	for i := range 200 {
		fmt.Fprintf(&states, `"S%d":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload.$":"$"},"Retry":[{"ErrorEquals":["States.ALL"]}],"Next":"S%d"},`, i, i+1)
	}
	def, faults := asl.Parse(source.NewText("bench", `{"StartAt":"S0","States":{`+states.String()+`"S200":{"Type":"Succeed"}}}`))
	require.Empty(b, faults)
	require.Empty(b, check.Check(def, check.Options{}))
	b.ReportAllocs()
	for b.Loop() {
		check.Check(def, check.Options{})
	}
}
