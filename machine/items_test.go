package machine_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const runArn = "arn:aws:states:eu-west-1:123456789012:mapRun:Shop/Rows:5c9e3a2e-0b8f-4d0a-9a55-0123456789ab"

// itemsOf gives the items of a Map Run with these fields of the Map state.
func itemsOf(t testing.TB, fields string, kind program.Type, run machine.Distribute) *machine.Items {
	t.Helper()
	p := translate(t, fmt.Sprintf(`{"StartAt":"M","States":{"M":{"Type":"Map","Label":"Rows",%s
		"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"%s"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"End":true}}}`, fields, kind))
	state, ok := p.State("M")
	require.True(t, ok)
	run.MapRunArn = runArn
	return machine.NewItems(state, run)
}

func TestItemsArns(t *testing.T) {
	start := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	run := machine.Distribute{Origin: machine.Origin{RoleArn: "role", Seed: 3, StateMachineName: "Shop"}}
	for kind, prefix := range map[program.Type]string{
		program.Standard: "arn:aws:states:eu-west-1:123456789012:execution:Shop/Rows:",
		program.Express:  "arn:aws:states:eu-west-1:123456789012:express:Shop/Rows:",
	} {
		items := itemsOf(t, "", kind, run)
		o := items.Origin(41, start)
		assert.Equal(t, prefix+o.Name, o.ID)
		assert.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, o.Name)
		assert.Equal(t, "arn:aws:states:eu-west-1:123456789012:stateMachine:Shop/Rows", o.StateMachineID)
		assert.Equal(t, "Shop/Rows", o.StateMachineName)
		assert.Equal(t, "role", o.RoleArn)
		assert.Equal(t, start, o.StartTime)
		assert.Equal(t, kind == program.Express, o.Express)
		assert.Equal(t, o, machine.ItemOrigin(items.Common(), 41, start), "made far from the program")
		assert.Equal(t, o, itemsOf(t, "", kind, run).Origin(41, start), "the same item is the same execution")
	}
}

// TestItemsDiffer holds that names and seeds of items, runs and executions are
// their own.
func TestItemsDiffer(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(3) {
		items := itemsOf(t, "", program.Standard, machine.Distribute{Origin: machine.Origin{Seed: seed}})
		for i := range int64(1000) {
			o := items.Origin(i, time.Time{})
			seen[o.Name] = true
			seen[fmt.Sprint(o.Seed)] = true
		}
	}
	assert.Len(t, seen, 6000)
}

func TestItemsSelect(t *testing.T) {
	selection := machine.Selection{
		Input:     value.OfObject(value.Member{Name: "unit", Value: value.OfString("kg")}),
		Context:   value.OfObject(value.Member{Name: "Execution", Value: value.OfObject(value.Member{Name: "Name", Value: value.OfString("e")})}),
		Variables: value.OfObject(value.Member{Name: "v", Value: value.OfInt(7)}),
	}
	items := itemsOf(t, `"ItemSelector":{"u.$":"$.unit","v.$":"$v","name.$":"$$.Execution.Name","item.$":"$$.Map.Item","id.$":"States.UUID()"},`,
		program.Standard, machine.Distribute{Selection: selection})
	row := value.OfArray([]value.Value{value.OfInt(1)})
	first, f := items.Select(machine.MapItem{Index: 5, Value: row, Source: "S3://b/k.csv"})
	require.Nil(t, f)
	assert.JSONEq(t, `{"u":"kg","v":7,"name":"e","item":{"Index":5,"Value":[1],"Source":"S3://b/k.csv"},"id":`+first.Get("id").String()+`}`, first.String())
	again, f := items.Select(machine.MapItem{Index: 5, Value: row, Source: "S3://b/k.csv"})
	require.Nil(t, f)
	assert.Equal(t, first.String(), again.String(), "the same item gives the same input, its UUID too")
	keyed, f := items.Select(machine.MapItem{Index: 6, Value: machine.Entry("", row), Member: true, Source: "STATE_DATA"})
	require.Nil(t, f)
	assert.Equal(t, `{"Index":6,"Key":"","Value":[1],"Source":"STATE_DATA"}`, keyed.Get("item").String())
	assert.NotEqual(t, first.Get("id").String(), keyed.Get("id").String())

	plain, f := itemsOf(t, "", program.Standard, machine.Distribute{}).Select(machine.MapItem{Value: row})
	require.Nil(t, f)
	assert.Equal(t, row, plain)

	_, f = itemsOf(t, `"ItemSelector":{"u.$":"$.missing"},`, program.Standard, machine.Distribute{Selection: selection, EnteredEvent: 7}).Select(machine.MapItem{Value: row})
	require.NotNil(t, f)
	assert.Equal(t, machine.ErrorRuntime, f.Name())
	assert.Contains(t, f.Cause.Text(), "(entered at the event id #7)")
}

// TestBatchBytes holds the sizes that a batch counts to those of its real
// input: it is never too large, and the next item would not have fitted.
func TestBatchBytes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "é", "\"", "\\", "\n", "🗼", "\u2028", "<", "\x01"}
	for range 300 {
		batcher := machine.Batcher{MaxBytes: int64(20 + random.IntN(200))}
		if random.IntN(2) == 0 {
			batcher.MaxItems = int64(1 + random.IntN(6))
		}
		if random.IntN(2) == 0 {
			batcher.BatchInput = value.OfObject(value.Member{Name: "k", Value: value.OfString(pieces[random.IntN(len(pieces))])})
		}
		items := itemsOf(t, "", program.Express, machine.Distribute{Batcher: &batcher})
		batch, put := items.NewBatch(), 0
		for range 60 {
			item := value.OfString(strings.Repeat(pieces[random.IntN(len(pieces))], random.IntN(30)))
			if batch.Add(item) {
				put++
				require.Equal(t, put, batch.Len())
				continue
			}
			input := batch.Input()
			text := input.String()
			require.Equal(t, put, input.Get("Items").Len())
			require.Equal(t, batcher.BatchInput, input.Get("BatchInput"))
			if put > 1 {
				require.LessOrEqual(t, int64(len(text)), batcher.MaxBytes)
			}
			with := int64(len(text) + len(",") + len(item.String()))
			require.True(t, with > batcher.MaxBytes || batcher.MaxItems > 0 && int64(put) >= batcher.MaxItems, "%s was closed too early for %s", text, item)
			batch, put = items.NewBatch(), 1
			require.True(t, batch.Add(item), "the first item always fits")
		}
	}
}

func TestWithoutBatcher(t *testing.T) {
	batch := itemsOf(t, "", program.Express, machine.Distribute{}).NewBatch()
	require.True(t, batch.Add(value.OfInt(1)))
	require.False(t, batch.Add(value.OfInt(2)))
	assert.Equal(t, value.OfInt(1), batch.Input())
}
