package endtoend

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// fault is something wrong with a map's source or destination.
type fault struct {
	name string
	// state makes the state that has the fault.
	state func(t *testing.T, w *world) distributed
	// errorName is AWS's, cause are what the cause has to tell.
	errorName string
	cause     []string
}

func faulty(config, content string) func(*testing.T, *world) distributed {
	return func(t *testing.T, w *world) distributed {
		return distributed{reader: fillObject(t, w, config, content).reader}
	}
}

func faults() []fault {
	const reader, writer = "States.ItemReaderFailed", "States.ResultWriterFailed"
	return []fault{
		{"object is missing", func(*testing.T, *world) distributed {
			return distributed{reader: object("nowhere.csv", firstRow)}
		}, reader, []string{"s3://endtoend/nowhere.csv", "does not exist", "Key"}},
		{"source bucket is absent", func(*testing.T, *world) distributed {
			return distributed{reader: strings.Replace(object("a.csv", firstRow), `"Bucket":"endtoend"`, `"Bucket":"absent-bucket"`, 1)}
		}, reader, []string{"the bucket absent-bucket does not exist"}},
		{"listed bucket is absent", func(*testing.T, *world) distributed {
			return distributed{reader: `"ItemReader":{"Resource":"arn:aws:states:::s3:listObjectsV2","Parameters":{"Bucket":"absent-bucket","Prefix":"a"}}`}
		}, reader, []string{"the bucket absent-bucket does not exist"}},
		{"headers are duplicate", faulty(firstRow, "id,note,id\n1,2,3\n"), reader, []string{"CSV headers cannot contain duplicates."}},
		{"file is empty", faulty(firstRow, ""), reader, []string{"is empty", "headers"}},
		{"text is not JSON", faulty(`"InputType":"JSON"`, `[{"id":1},{"id"`), reader, []string{"JSON"}},
		{"line is not JSON", faulty(`"InputType":"JSONL"`, "nothing\n{\"id\":1}\n"), reader, nil},
		{"pointer leads nowhere", faulty(`"InputType":"JSON","ItemsPointer":"/a/b"`, `{"a":{"c":[]}}`), reader,
			[]string{"The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure."}},
		{"ItemSelector leads nowhere", func(t *testing.T, w *world) distributed {
			d := faulty(firstRow, "id\n1\n2\n")(t, w)
			d.selector = `{"index.$":"$$.Map.Item.Index","x.$":"$$.Map.Item.Value.absent"}`
			return d
		}, "States.Runtime", []string{"Map.Item.Value.absent", "'x.$'"}},
		{"ItemSelector calls a function wrongly", func(t *testing.T, w *world) distributed {
			d := faulty(firstRow, "id\nword\n")(t, w)
			d.selector = `{"x.$":"States.StringToJson($$.Map.Item.Value.id)"}`
			return d
		}, "", []string{"States.StringToJson"}},
		{"result bucket is absent", func(t *testing.T, w *world) distributed {
			d := faulty(firstRow, "id\n1\n")(t, w)
			d.more = `"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"absent-bucket","Prefix":"p"}}`
			d.prefix = ""
			return d
		}, writer, []string{"absent-bucket", "does not exist"}},
	}
}

// TestBadInput gives every leaf sources and destinations that are wrong: the
// error is AWS's, it can be caught, and no function is called.
func TestBadInput(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	never := w.functions.add("never", echo)
	for _, f := range faults() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			eachLeaf(t, func(t *testing.T, leaf program.LeafKind) { f.test(t, w, leaf) })
		})
	}
	t.Cleanup(func() { assert.Zero(t, never.count()) })
}

func (f fault) test(t *testing.T, w *world, leaf program.LeafKind) {
	d := f.state(t, w)
	d.leaf, d.processor = leaf, asking("never")
	prefix := fmt.Sprintf("%sresults-%d", w.prefix, worlds.Add(1))
	if !strings.Contains(d.more, "ResultWriter") {
		d.prefix = prefix
	}
	ended := w.startMap(t, d, "").ended()
	require.NotNil(t, ended.Failure, "output %s", ended.Output)
	cause := ended.Failure.Cause.Text()
	if f.errorName != "" {
		require.Equal(t, f.errorName, ended.Failure.Name(), cause)
	}
	require.NotEmpty(t, cause)
	for _, words := range f.cause {
		assert.Contains(t, cause, words)
	}
	for _, key := range w.keys(t, prefix+"/") {
		assert.NotContains(t, key, "SUCCEEDED")
	}
}

// TestBadInputIsCaught catches a fault of the source in the state itself.
func TestBadInputIsCaught(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	d := distributed{reader: object("nowhere.csv", firstRow), processor: asking("never"), leaf: program.ExpressBatch,
		more: `"Catch":[{"ErrorEquals":["States.ItemReaderFailed"],"ResultPath":"$.wrong","Next":"Sorry"}]`}
	e := w.start(t, `{"StartAt":"Each","States":{"Each":`+d.state(`"End":true`)+`,"Sorry":{"Type":"Pass","OutputPath":"$.wrong.Error","End":true}}}`, "")
	require.Equal(t, `"States.ItemReaderFailed"`, e.succeeds().String())
}

// TestSourceIsTooLargeWithoutStaging names the setting that is missing.
func TestSourceIsTooLargeWithoutStaging(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		content := "id,note\n" + strings.Repeat("1,"+strings.Repeat("x", 1_000)+"\n", 1_100)
		from := fillObject(t, w, firstRow, content)
		cause := w.startMap(t, distributed{leaf: leaf, reader: from.reader, processor: asking("never")}, "").fails("States.Runtime")
		assert.Contains(t, cause, "STEPWELL_STAGING=s3://bucket/prefix")
		assert.Contains(t, cause, "ResultWriter")
	})
}

// TestSourceChanges overwrites the object while its first item runs: what was
// done stays, the rest is not made up from the other version.
func TestSourceChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	for _, leaf := range []program.LeafKind{program.ExpressBatch, program.PackedShard} {
		t.Run(string(leaf), func(t *testing.T) {
			t.Parallel()
			const n = 3_000
			content := func(version string) string {
				var b strings.Builder
				b.WriteString("id,note\n")
				for i := range n {
					fmt.Fprintf(&b, "%s,%s\n", id(i), version)
				}
				return b.String()
			}
			from := fillObject(t, w, firstRow, content("old"))
			key := strings.TrimPrefix(from.origin, "S3://"+bucket+"/")
			var once sync.Once
			doubled := w.functions.add(string(leaf), func(c call) (any, error) {
				once.Do(func() { w.put(t, strings.TrimPrefix(key, w.prefix), content("new")) })
				if strings.Contains(c.payload, `"note":"new"`) {
					t.Errorf("the other version was read: %s", c.payload)
				}
				return double(c)
			})
			prefix := w.prefix + "results-" + string(leaf)
			e := w.startMap(t, distributed{leaf: leaf, reader: from.reader, prefix: prefix, more: `"MaxConcurrency":20`, processor: asking(string(leaf))}, "")
			cause := e.fails("States.ItemReaderFailed")
			assert.Contains(t, cause, "has changed since it was first read")
			assert.Less(t, doubled.count(), n)
			d := e.mapRun()
			// An item may be aborted before its call has left.
			assert.GreaterOrEqual(t, int64(doubled.count()), d.Items.Succeeded, "%+v", d.Items)
			assert.LessOrEqual(t, int64(doubled.count()), d.Items.Succeeded+d.Items.Aborted, "%+v", d.Items)
			assert.Equal(t, wire.Counts{}.Failed, d.Items.Failed)
		})
	}
}

// TestFailedRow fails one row: the FAILED file holds it, and all others are
// there.
func TestFailedRow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		n := itemsOf(leaf) / 2
		name := string(leaf)
		w.functions.add(name, func(c call) (any, error) {
			if strings.Contains(c.payload, `"index":17,`) {
				return nil, functionError{"OutOfStock", "no more"}
			}
			return double(c)
		})
		from := fillCSV(t, w, n)
		prefix := w.prefix + "results-" + name
		e := w.startMap(t, distributed{leaf: leaf, reader: from.reader, prefix: prefix, more: `"ToleratedFailureCount":1`, processor: asking(name)}, "")
		r := w.exported(t, prefix, e.succeeds())
		r.requireOnce(t, n)
		require.Len(t, r.failed, 1)
		one := r.failed[0]
		assert.JSONEq(t, from.inputs()[17], one.Input)
		assert.Equal(t, "OutOfStock", one.Error)
		assert.Equal(t, `{"errorMessage":"no more","errorType":"OutOfStock"}`, one.Cause)
		e.requireCounts(leaf, wire.Counts{Succeeded: int64(n - 1), Failed: 1})
	})
}

// TestInvalidDefinition gives a worker a definition that no command would have
// started.
func TestInvalidDefinition(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	cause := w.start(t, `{"StartAt":"A","States":{"B":{"Type":"Task"}}}`, "").failsPlainly("InvalidDefinition")
	for _, words := range []string{"SCHEMA_VALIDATION_FAILED", "MISSING_TRANSITION_TARGET", "1:12", "Resource"} {
		assert.Contains(t, cause, words)
	}
}
