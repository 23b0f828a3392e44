package endtoend

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// TestMaxItems takes no more items than asked for.
func TestMaxItems(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		doubled := w.functions.add(string(leaf), double)
		content := delimited(',', []string{"id", "note"}, 1_500)
		from := fillObject(t, w, firstRow+`,"MaxItems":37`, content)
		prefix := w.prefix + "results-" + string(leaf)
		e := w.startMap(t, distributed{leaf: leaf, reader: from.reader, prefix: prefix, processor: asking(string(leaf))}, "")
		w.exported(t, prefix, e.succeeds()).requireOnce(t, 37)
		doubled.requireOnce(t, 37)
		e.requireCounts(leaf, wire.Counts{Succeeded: 37})
	})
}

// TestItemSelector shows the state's input, variables, the context object and
// intrinsic functions to every item, and items their own values without one.
func TestItemSelector(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	processor := `"StartAt":"Keep","States":{"Keep":{"Type":"Pass","End":true}}`
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		from := fillCSV(t, w, 3)
		d := distributed{leaf: leaf, reader: from.reader, processor: processor,
			selector: `{"id.$":"States.Format('{}/{}', $.shop, $$.Map.Item.Value.id)","rate.$":"$rate","by.$":"$$.StateMachine.Name","fixed":1.50}`}
		definition := `{"StartAt":"Set","States":{"Set":{"Type":"Pass","Assign":{"rate":0.19},"Next":"Each"},"Each":` + d.state(`"End":true`) + `}}`
		e := w.startRequest(t, request{definition: definition, input: `{"shop":"north"}`, leaf: asked(leaf)})
		var want []string
		for i := range 3 {
			want = append(want, fmt.Sprintf(`{"id":"north/%s","rate":0.19,"by":"Shop","fixed":1.50}`, id(i)))
		}
		require.JSONEq(t, "["+strings.Join(want, ",")+"]", e.succeeds().String())

		plain := w.startMap(t, distributed{leaf: leaf, reader: from.reader, processor: processor, selector: "none"}, "")
		require.JSONEq(t, "["+strings.Join(from.items, ",")+"]", plain.succeeds().String())
	})
}

// asked is the leaf to ask for so that it is this one.
func asked(leaf program.LeafKind) program.LeafKind {
	if leaf == program.ChildWorkflow {
		return leaf
	}
	return ""
}

// TestItemBatcher gives each execution a batch: AWS's example of 1,130 items by
// 100 makes 12.
func TestItemBatcher(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		name := string(leaf)
		sizes := w.functions.add(name, func(c call) (any, error) {
			var batch struct {
				BatchInput struct{ Shop string }
				Items      []struct{ Index int }
			}
			c.read(&batch)
			if batch.BatchInput.Shop != "north" {
				return nil, functionError{"Wrong", c.payload}
			}
			if batch.Items[0].Index == 300 {
				return nil, functionError{"Broken", "this batch fails"}
			}
			return []int{batch.Items[0].Index, batch.Items[len(batch.Items)-1].Index}, nil
		})
		from := fillLines(t, w, 1_130)
		prefix := w.prefix + "results-" + name
		e := w.startMap(t, distributed{leaf: leaf, reader: from.reader, prefix: prefix,
			more:      `"ItemBatcher":{"MaxItemsPerBatch":100,"BatchInput":{"Shop.$":"$.shop"}},"ToleratedFailureCount":100`,
			processor: `"StartAt":"Ask","States":{"Ask":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:` + name + `","End":true}}`,
		}, `{"shop":"north"}`)
		r := w.exported(t, prefix, e.succeeds())
		sizes.requireOnce(t, 12)
		e.requireCounts(leaf, wire.Counts{Succeeded: 1_030, Failed: 100})
		assert.Equal(t, wire.Counts{Succeeded: 11, Failed: 1}, e.mapRun().Executions)

		var outputs []string
		for _, one := range r.succeeded {
			outputs = append(outputs, one.Output)
		}
		require.ElementsMatch(t, []string{"[0,99]", "[100,199]", "[200,299]", "[400,499]", "[500,599]", "[600,699]",
			"[700,799]", "[800,899]", "[900,999]", "[1000,1099]", "[1100,1129]"}, outputs)
		require.Len(t, r.failed, 1)
		require.True(t, strings.HasPrefix(r.failed[0].Input, `{"BatchInput":{"Shop":"north"},"Items":[{`), r.failed[0].Input)
		require.Contains(t, r.failed[0].Input, `"index":300,`)
	})
}

type tolerance struct {
	name, more string
	tolerated  bool
	leaves     []program.LeafKind
}

// TestTolerance lets 5 of 300 items fail, which is less than two percent.
func TestTolerance(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	few := leaves()[:2] // what the Map Run judges does not depend on the leaf
	for _, c := range []tolerance{
		{"count of as many", `"ToleratedFailureCount":5`, true, leaves()},
		{"count of fewer", `"ToleratedFailureCount":4`, false, few},
		{"percentage of more", `"ToleratedFailurePercentage":1.7`, true, few},
		{"percentage of fewer", `"ToleratedFailurePercentage":1.6`, false, few},
		{"none", `"MaxConcurrency":50`, false, leaves()},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, leaf := range c.leaves {
				t.Run(string(leaf), func(t *testing.T) {
					t.Parallel()
					testTolerance(t, w, leaf, c)
				})
			}
		})
	}
}

func testTolerance(t *testing.T, w *world, leaf program.LeafKind, c tolerance) {
	const n = 300
	name := strings.ReplaceAll(c.name, " ", "-") + "-" + string(leaf)
	w.functions.add(name, func(c call) (any, error) {
		var input struct{ Index int }
		if c.read(&input); input.Index%60 == 7 {
			return nil, functionError{"Broken", "item " + id(input.Index) + " is \"bad\""}
		}
		return 2 * input.Index, nil
	})
	from := fillCSV(t, w, n)
	prefix := w.prefix + "results-" + name
	e := w.startMap(t, distributed{leaf: leaf, reader: from.reader, prefix: prefix, more: c.more, processor: asking(name)}, "")
	if c.tolerated {
		r := w.exported(t, prefix, e.succeeds())
		r.requireOnce(t, n)
		requireBroken(t, r, 5)
		e.requireCounts(leaf, wire.Counts{Succeeded: n - 5, Failed: 5})
		return
	}
	require.Equal(t, "The specified tolerated failure threshold was exceeded", e.fails("States.ExceedToleratedFailureThreshold"))
	r := w.results(t, prefix)
	r.requireOnce(t, n)
	requireBroken(t, r, 1)
	d := e.mapRun()
	assert.Equal(t, machine.Failed, d.Status)
	assert.EqualValues(t, n, d.Items.Total(), "%+v", d.Items)
	assert.EqualValues(t, len(r.succeeded), d.Items.Succeeded)
	assert.EqualValues(t, len(r.pending), d.Items.Pending)
	assert.EqualValues(t, len(r.failed), d.Items.Failed+d.Items.Aborted)
}

// requireBroken fails the test unless at least so many failed executions stand
// in the files with their inputs, errors and causes.
func requireBroken(t *testing.T, r results, atLeast int) {
	t.Helper()
	broken := 0
	for _, one := range r.failed {
		if one.Status == "ABORTED" {
			continue
		}
		broken++
		i := one.index(t)
		require.Equal(t, 7, i%60)
		require.Equal(t, "FAILED", one.Status)
		require.Equal(t, "Broken", one.Error)
		require.JSONEq(t, fmt.Sprintf(`{"errorType":"Broken","errorMessage":"item %s is \"bad\""}`, id(i)), one.Cause)
		require.Empty(t, one.Output)
		require.NotEmpty(t, one.StartDate)
		require.NotEmpty(t, one.StopDate)
	}
	require.GreaterOrEqual(t, broken, atLeast)
	require.LessOrEqual(t, broken, 5)
}

// TestRetryAndCatchOfItems lets every tenth item fail twice and another tenth
// for good.
func TestRetryAndCatchOfItems(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		n := 300
		if leaf == program.ChildWorkflow {
			n = 60
		}
		name := string(leaf)
		asked := w.functions.add(name, func(c call) (any, error) {
			var input struct{ Index int }
			c.read(&input)
			switch {
			case input.Index%10 == 3 && c.attempt <= 2:
				return nil, functionError{"Busy", "later"}
			case input.Index%10 == 4:
				return nil, functionError{"Broken", "never"}
			}
			return c.attempt, nil
		})
		task := ask(name, `"Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":1,"MaxAttempts":2,"BackoffRate":1}],
			"Catch":[{"ErrorEquals":["Broken"],"ResultPath":"$.refused","Next":"Refused"}],"End":true`)
		from := fillCSV(t, w, n)
		prefix := w.prefix + "results-" + name
		e := w.startMap(t, distributed{leaf: leaf, reader: from.reader, prefix: prefix,
			processor: `"StartAt":"Ask","States":{"Ask":` + task + `,"Refused":{"Type":"Pass","Parameters":{"index.$":"$.index","error.$":"$.refused.Error"},"End":true}}`}, "")
		r := w.exported(t, prefix, e.succeeds())
		r.requireOnce(t, n)
		require.Len(t, r.succeeded, n)
		for _, one := range r.succeeded {
			switch i := one.index(t); i % 10 {
			case 3:
				require.Contains(t, one.Output, `"answer":{"is":3}}`)
			case 4:
				require.Equal(t, fmt.Sprintf(`{"index":%d,"error":"Broken"}`, i), one.Output)
			default:
				require.Contains(t, one.Output, `"answer":{"is":1}}`)
			}
		}
		require.Equal(t, n+2*n/10, asked.count())
	})
}

// TestMaxConcurrency counts how many items are at their Task at once.
func TestMaxConcurrency(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	const most = 7
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		n, lasts := 700, 10*time.Millisecond
		if leaf == program.ChildWorkflow {
			n, lasts = 40, time.Second
		}
		name := string(leaf)
		slow := w.functions.add(name, func(c call) (any, error) {
			time.Sleep(lasts)
			return double(c)
		})
		from := fillCSV(t, w, n)
		prefix := w.prefix + "results-" + name
		e := w.startMap(t, distributed{leaf: leaf, reader: from.reader, prefix: prefix, more: fmt.Sprintf(`"MaxConcurrency":%d`, most), processor: asking(name)}, "")
		w.exported(t, prefix, e.succeeds()).requireOnce(t, n)
		slow.requireOnce(t, n)
		assert.Equal(t, most, slow.highest(), "the concurrency that is allowed should be used")
		t.Logf("%s: at most %d of %d at once", leaf, slow.highest(), most)
	})
}
