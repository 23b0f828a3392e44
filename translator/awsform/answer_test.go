package awsform_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/awsform"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
)

// TestCases: testdata holds definitions and the messages with which AWS refuses
// them, as its users have published them or as its documents give them; an empty
// message is a definition that AWS accepts.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			require.Len(t, archive.Files, 2)
			text := strings.TrimSuffix(string(archive.Files[0].Data), "\n")
			as := program.Standard
			if strings.HasSuffix(archive.Files[0].Name, "express.json") {
				as = program.Express
			}
			_, said := translator.Translate(text, translator.OfType(as))
			got, refused := awsform.Exception(text, said)
			want := strings.TrimSuffix(string(archive.Files[1].Data), "\n")
			assert.Equal(t, want, got)
			assert.Equal(t, want != "", refused)
		})
	}
}

func TestSeverityAndLimit(t *testing.T) {
	var said source.Diagnostics
	for i := range 150 {
		said = append(said, source.Diagnostic{Code: "SCHEMA_VALIDATION_FAILED", Severity: source.Error, Summary: "s", Path: fmt.Sprintf("/%d", i)})
	}
	said = append(said, source.Diagnostic{Code: "LITERAL_PATH", Severity: source.Warning, Summary: "w", Path: "/w"})
	said = append(said, source.Diagnostic{Code: "RESOURCE_NEEDS_ROUTE", Severity: source.Warning, Summary: "ours alone", Path: "/r"})
	for _, c := range []struct {
		said      source.Diagnostics
		options   awsform.Options
		count     int
		result    string
		truncated bool
	}{
		{said, awsform.Options{}, 100, awsform.Fail, true},
		{said, awsform.Options{MaxResults: 7}, 7, awsform.Fail, true},
		{said, awsform.Options{MaxResults: 1000}, 100, awsform.Fail, true},
		{said[:100], awsform.Options{}, 100, awsform.Fail, false},
		{said[149:], awsform.Options{}, 1, awsform.Fail, false},
		{said[149:], awsform.Options{Severity: source.Warning}, 2, awsform.Fail, false},
		{said[150:], awsform.Options{}, 0, awsform.OK, false},
		{said[150:], awsform.Options{Severity: source.Warning}, 1, awsform.OK, false},
		{nil, awsform.Options{}, 0, awsform.OK, false},
	} {
		got := awsform.Validate("{}", c.said, c.options)
		assert.Equal(t, c.result, got.Result)
		assert.Len(t, got.Diagnostics, c.count)
		assert.NotNil(t, got.Diagnostics, "an empty array, not null")
		assert.Equal(t, c.truncated, got.Truncated)
	}
	assert.Equal(t, "NO_DOLLAR", awsform.Validate("{}", said[150:], awsform.Options{Severity: source.Warning}).Diagnostics[0].Code)
}

// TestCodes: every code that the translator can give is known to the table, or
// is one that AWS has nothing for.
func TestCodes(t *testing.T) {
	silent := map[string]bool{
		"DUPLICATE_FIELD": true, "UNKNOWN_ERROR_NAME": true,
		"FIELD_IGNORED": true, "RESOURCE_NEEDS_ROUTE": true, "UNREACHABLE_STATE": true,
	}
	files, err := filepath.Glob("../check/testdata/*.txtar")
	require.NoError(t, err)
	seen := 0
	for _, file := range files {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		for line := range strings.SplitSeq(string(raw), "\n") {
			severity, rest, _ := strings.Cut(line, " ")
			code, _, _ := strings.Cut(rest, " ")
			if severity != string(source.Error) && severity != string(source.Warning) {
				continue
			}
			seen++
			known := awsform.Code(source.Diagnostic{Code: code, Severity: source.Severity(severity)}) != ""
			assert.True(t, known || silent[code], "%s in %s", line, file)
		}
	}
	assert.Greater(t, seen, 100)
}
