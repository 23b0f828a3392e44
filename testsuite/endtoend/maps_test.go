package endtoend

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// leaves are all of them.
func leaves() []program.LeafKind {
	return []program.LeafKind{program.ExpressBatch, program.PackedShard, program.ChildWorkflow}
}

// eachLeaf runs a test for every leaf.
func eachLeaf(t *testing.T, test func(t *testing.T, leaf program.LeafKind)) {
	for _, leaf := range leaves() {
		t.Run(string(leaf), func(t *testing.T) {
			t.Parallel()
			test(t, leaf)
		})
	}
}

// distributed is a state machine of one Distributed Map. Its fields are JSON
// texts of fields of the state, each optional.
type distributed struct {
	leaf program.LeafKind
	// reader says where the items come from, more is anything else.
	reader, more string
	// selector is the ItemSelector; without one it is that of numbered.
	selector string
	// prefix is where the results go, "" for the state's output.
	prefix string
	// processor is StartAt and States of the items' machine.
	processor string
}

// numbered gives every item its place and its source.
const numbered = `{"index.$":"$$.Map.Item.Index","source.$":"$$.Map.Item.Source","item.$":"$$.Map.Item.Value"}`

// asking is the processor that calls the function with its input and adds the
// answer.
func asking(function string) string {
	return `"StartAt":"Ask","States":{"Ask":` + ask(function, `"End":true`) + `}`
}

// ask is a Task state that calls the function.
func ask(function, more string) string {
	return fmt.Sprintf(`{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":%q,"Payload.$":"$"},
		"ResultSelector":{"is.$":"$.Payload"},"ResultPath":"$.answer",%s}`, function, more)
}

func (d distributed) definition() string {
	return `{"StartAt":"Each","States":{"Each":` + d.state(`"End":true`) + `}}`
}

// state is the Map state alone.
func (d distributed) state(then string) string {
	fields := []string{`"Type":"Map","Label":"Each"`, d.reader}
	selector := d.selector
	if selector == "" {
		selector = numbered
	}
	if selector != "none" {
		fields = append(fields, `"ItemSelector":`+selector)
	}
	if d.more != "" {
		fields = append(fields, d.more)
	}
	if d.prefix != "" {
		fields = append(fields, fmt.Sprintf(`"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":%q,"Prefix":%q}}`, bucket, d.prefix))
	}
	kind := program.Standard
	if d.leaf == program.ExpressBatch {
		kind = program.Express
	}
	fields = append(fields, fmt.Sprintf(`"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":%q},%s}`, kind, d.processor), then)
	return "{" + strings.Join(fields, ",") + "}"
}

// startMap starts an execution of the machine on the map's leaf.
func (w *world) startMap(t *testing.T, d distributed, input string) *execution {
	t.Helper()
	r := request{definition: d.definition(), input: input, leaf: asked(d.leaf)}
	return w.startRequest(t, r)
}

// requireCounts fails the test unless the Map Run of the execution, which has
// ended, ran on this leaf and tells these counts of items.
func (e *execution) requireCounts(leaf program.LeafKind, items wire.Counts) {
	e.t.Helper()
	d := e.mapRun()
	require.Equal(e.t, leaf, d.Leaf)
	require.Equal(e.t, items, d.Items)
	require.Equal(e.t, items.Total(), d.Total)
	require.Zero(e.t, d.Running)
	require.True(e.t, d.Planned)
}
