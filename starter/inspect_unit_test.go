package main

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

func TestRecordsOfAFile(t *testing.T) {
	for _, c := range []struct {
		name, file string
		want       []string
		fails      string
	}{
		{"array", `[{"a":1},[2]]`, []string{`{"a":1}`, `[2]`}, ""},
		{"empty array", `[]`, nil, ""},
		{"array over lines", "[\n {\"a\":1},\n 2\n ]", []string{`{"a":1}`, `2`}, ""},
		{"lines", "{\"a\":1}\n{\"b\":2}\n", []string{`{"a":1}`, `{"b":2}`}, ""},
		{"lines without a last end", "{\"a\":1}\n{\"b\":2}", []string{`{"a":1}`, `{"b":2}`}, ""},
		{"lines of arrays", "[1]\n[2,3]\n", []string{`[1]`, `[2,3]`}, ""},
		{"names twice", `[{"a":1,"a":2}]`, []string{`{"a":1,"a":2}`}, ""},
		{"cut off in an array", `[{"a":1},{"b`, []string{`{"a":1}`}, "unexpected EOF"},
		{"cut off between records", `[{"a":1}`, []string{`{"a":1}`}, "unexpected EOF"},
		{"nothing", " \n", nil, "no array of records"},
		{"no JSON", `hello`, nil, "invalid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			err := eachRecord(strings.NewReader(c.file), strings.HasSuffix(c.file, "\n"), func(record []byte) error {
				got = append(got, string(record))
				return nil
			})
			assert.Equal(t, c.want, got)
			if c.fails == "" {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, c.fails)
			}
		})
	}
}

// endless gives an array of so many records.
type endless struct {
	left  int
	chunk string
}

func (e *endless) Read(p []byte) (int, error) {
	if e.chunk == "" {
		switch e.left--; {
		case e.left > 0:
			e.chunk = `{"Name":"` + strings.Repeat("x", 1000) + `"},`
		case e.left == 0:
			e.chunk = "1]"
		default:
			return 0, io.EOF
		}
	}
	n := copy(p, e.chunk)
	e.chunk = e.chunk[n:]
	return n, nil
}

func TestRecordsAreStreamed(t *testing.T) {
	var before, after runtime.MemStats
	most := uint64(0)
	runtime.GC()
	runtime.ReadMemStats(&before)
	n := 0
	require.NoError(t, eachRecord(&endless{left: 50_000, chunk: "["}, false, func([]byte) error {
		if n++; n%10_000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&after)
			most = max(most, after.HeapAlloc)
		}
		return nil
	}))
	assert.Equal(t, 50_000, n)
	assert.Less(t, int64(most)-int64(before.HeapAlloc), int64(4<<20), "50 MB are not held in memory")
}

func TestExportsInAnOutput(t *testing.T) {
	found := exportsIn(`{"a":[{"MapRunArn":"arn:1","ResultWriterDetails":{"Bucket":"b","Key":"k/manifest.json"}},{"ResultWriterDetails":{"Bucket":"b"}}],"x":"s"}`)
	require.Len(t, found, 1)
	assert.Equal(t, "arn:1", found[0].mapRunARN)
	assert.Equal(t, "s3://b/k/manifest.json", found[0].manifest.String())
	assert.Empty(t, exportsIn(`"text"`))
}

// TestStatesOfEvents follows nested states by the events that they follow.
func TestStatesOfEvents(t *testing.T) {
	entered := func(name string) value.Value {
		return value.OfObject(value.Member{Name: "name", Value: value.OfString(name)})
	}
	s := scopes{}
	for _, c := range []struct {
		id, previous int64
		kind, name   string
		want         string
	}{
		{1, 0, "ExecutionStarted", "", ""},
		{2, 0, "ParallelStateEntered", "Both", "Both"},
		{3, 2, "ParallelStateStarted", "", "Both"},
		{4, 3, "TaskStateEntered", "Ask", "Ask"},
		{5, 4, "TaskScheduled", "", "Ask"},
		{6, 3, "MapStateEntered", "Each", "Each"},
		{7, 6, "MapStateStarted", "", "Each"},
		{8, 7, "MapIterationStarted", "Each", "Each"},
		{9, 8, "PassStateEntered", "P", "P"},
		{10, 5, "TaskSucceeded", "", "Ask"},
		{11, 9, "PassStateExited", "P", "P"},
		{12, 11, "MapIterationSucceeded", "Each", "Each"},
		{13, 11, "MapStateSucceeded", "", "Each"},
		{14, 11, "MapStateExited", "Each", "Each"},
		{15, 10, "TaskStateExited", "Ask", "Ask"},
		{16, 15, "ParallelStateSucceeded", "", "Both"},
		{17, 15, "ParallelStateExited", "Both", "Both"},
		{18, 17, "FailStateEntered", "F", "F"},
		{19, 18, "ExecutionFailed", "", ""},
		{30, 29, "TaskSucceeded", "", ""}, // after a gap
	} {
		e := machine.Event{ID: c.id, Previous: c.previous, Type: c.kind, Details: value.EmptyObject}
		if c.name != "" {
			e.Details = entered(c.name)
		}
		assert.Equal(t, c.want, s.state(e), "event %d, %s", c.id, c.kind)
	}
}

func TestShorten(t *testing.T) {
	for text, want := range map[string]string{"": "", "abcde": "abcde", "abcdef": "abcd…", "äöüßé": "äöüßé", "a\nb\x1b[": "a b [", "a\x1b[2J": "a [2J"} {
		assert.Equal(t, want, shorten(text, 5))
	}
}

func TestClockSkew(t *testing.T) {
	for _, c := range []struct {
		s3, poll time.Duration // from now; 0 for unknown
		want     string
	}{
		{0, 0, isWarn}, {time.Millisecond, 0, isOK}, {time.Millisecond, -time.Minute, isOK}, {0, -time.Minute, isOK},
		{20 * time.Second, 0, isWarn}, {-20 * time.Second, 0, isWarn}, {-time.Hour, -time.Second, isFail},
		{0, 20 * time.Second, isWarn}, {time.Millisecond, 10 * time.Minute, isFail},
	} {
		t.Run(fmt.Sprint(c.s3, c.poll), func(t *testing.T) {
			d := &diagnosis{}
			if c.s3 != 0 {
				d.clock.is(time.Now().Add(c.s3), "S3")
			}
			if c.poll != 0 {
				d.clock.atLeast(time.Now().Add(c.poll))
			}
			d.skew()
			require.Len(t, d.checks, 1)
			assert.Equal(t, c.want, d.checks[0].Result, d.checks[0].Message)
			if c.want != isOK {
				assert.NotEmpty(t, d.checks[0].Fix)
			}
		})
	}
}
