package endtoend

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// itemsOf is how many items the tests give a leaf: several shards of the first
// two, which take no time, and some workflows of the last, which does.
func itemsOf(leaf program.LeafKind) int {
	switch leaf {
	case program.ExpressBatch:
		return 2_000
	case program.PackedShard:
		return 1_200
	}
	return 80
}

// inputs gives what ItemSelector [numbered] makes of the items.
func (f filled) inputs() []string {
	all := make([]string, len(f.items))
	for i, item := range f.items {
		all[i] = fmt.Sprintf(`{"index":%d,"source":%q,"item":%s}`, i, f.originOf(i), item)
	}
	return all
}

// double is a function that tells of its input that it has seen it.
func double(c call) (any, error) {
	var input struct{ Index int }
	c.read(&input)
	return 2 * input.Index, nil
}

// output gives what [asking] for double makes of an input.
func output(i int, input string) string {
	return fmt.Sprintf(`%s,"answer":{"is":%d}}`, strings.TrimSuffix(input, "}"), 2*i)
}

// sorted gives a JSON text with the members of objects in the order of their
// names, and numbers as they are: in which order a state puts them is for
// others to test.
func sorted(t *testing.T, text string) string {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	require.NoError(t, d.Decode(&v), text)
	out, err := json.Marshal(v)
	require.NoError(t, err)
	return string(out)
}

// executionKind is the kind of ARN that the items of a leaf have.
func executionKind(leaf program.LeafKind) string {
	if leaf == program.ExpressBatch {
		return "express"
	}
	return "execution"
}

// TestExport runs every leaf over every source, and reads the result files.
func TestExport(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	for _, leaf := range leaves() {
		for _, s := range sources() {
			t.Run(string(leaf)+"/"+s.name, func(t *testing.T) {
				t.Parallel()
				testExport(t, w, leaf, s, itemsOf(leaf))
			})
		}
	}
}

// TestExportOfMany runs more items of each leaf.
func TestExportOfMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	for leaf, n := range map[program.LeafKind]int{program.ExpressBatch: 10_000, program.PackedShard: 3_000, program.ChildWorkflow: 300} {
		t.Run(string(leaf), func(t *testing.T) {
			t.Parallel()
			testExport(t, w, leaf, source{"many", fillCSV}, n)
		})
	}
}

func testExport(t *testing.T, w *world, leaf program.LeafKind, s source, n int) {
	name := fmt.Sprintf("%s-%s", leaf, strings.ReplaceAll(s.name, " ", "-"))
	doubled := w.functions.add(name, double)
	from := s.fill(t, w, n)
	prefix := w.prefix + "results-" + name
	e := w.startMap(t, distributed{leaf: leaf, reader: from.reader, prefix: prefix, processor: asking(name)}, from.input)
	r := w.exported(t, prefix, e.succeeds())

	require.Len(t, r.succeeded, n)
	r.requireOnce(t, n)
	inputs := from.inputs()
	for _, one := range r.succeeded {
		i := one.index(t)
		require.Equal(t, sorted(t, inputs[i]), sorted(t, one.Input))
		require.Equal(t, sorted(t, output(i, inputs[i])), sorted(t, one.Output))
		r.requireForm(t, one, executionKind(leaf))
	}
	doubled.requireOnce(t, n)
	e.requireCounts(leaf, wire.Counts{Succeeded: int64(n)})
}

// TestArray lets the results be the state's output, in the order of items,
// with and without a place for intermediate files.
func TestArray(t *testing.T) {
	t.Parallel()
	for place, staging := range map[string]string{"without staging": "", "with staging": "s3://" + bucket + "/staging-of-arrays"} {
		w := newWorld(t, settings{staging: staging})
		for _, leaf := range leaves() {
			for _, s := range []source{{"csv", fillCSV}, {"listing", fillListing}, {"input", fillInput}} {
				t.Run(fmt.Sprintf("%s/%s/%s", place, leaf, s.name), func(t *testing.T) {
					t.Parallel()
					testArray(t, w, leaf, s)
				})
			}
		}
		t.Cleanup(func() {
			for _, key := range w.keys(t, "staging-of-arrays/") {
				assert.Regexp(t, `^[0-9a-f-]{36}/outcome\.json$`, key, "all but the outcome should be deleted")
			}
		})
	}
}

func testArray(t *testing.T, w *world, leaf program.LeafKind, s source) {
	n := itemsOf(leaf) / 2
	name := fmt.Sprintf("%s-%s", leaf, s.name)
	doubled := w.functions.add(name, double)
	from := s.fill(t, w, n)
	e := w.startMap(t, distributed{leaf: leaf, reader: from.reader, processor: asking(name)}, from.input)
	var want []string
	for i, input := range from.inputs() {
		want = append(want, output(i, input))
	}
	require.Equal(t, sorted(t, "["+strings.Join(want, ",")+"]"), sorted(t, e.succeeds().String()))
	doubled.requireOnce(t, n)
	e.requireCounts(leaf, wire.Counts{Succeeded: int64(n)})
}
