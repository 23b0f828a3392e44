package histories

import (
	"fmt"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// scenario is an execution worth keeping the history of.
type scenario struct {
	name, about, definition string
	// input is {} when empty.
	input string
	// rows is how many rows of CSV there are at the source of a map.
	rows          int
	leaf          program.LeafKind
	continueAfter int
	// stopped tells that somebody stops it once it has called a Task.
	stopped bool
	// redriven tells that it is redriven once it has ended, with success then.
	redriven bool
	// putBack tells that its Map Run is asked, as soon as an item has failed, to run
	// what has failed again.
	putBack bool
	// guarded tells that its worker has circuits: see [scenario.circuits].
	guarded bool
	// told tells that somebody tells its shard what Tasks of a guarded one tell.
	told bool
	// losing tells that workers of some waves are lost.
	losing bool
	// status is how it has to end, Succeeded when empty.
	status machine.Status
}

// scenarios are all of them. Rows are added, never changed: see README.md.
func scenarios() []scenario {
	return []scenario{
		{
			name: "states", about: "Pass, Choice, Wait, Task, Succeed one after the other, with variables",
			definition: `{"StartAt": "Begin", "States": {
				"Begin": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Assign": {"seen.$": "$.n"}, "Next": "Which"},
				"Which": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericGreaterThan": 5, "Next": "Pause"}], "Default": "Other"},
				"Pause": {"Type": "Wait", "Seconds": 1, "Next": "Ask"},
				"Ask": ` + ask("echo", `"Next": "Which twice"`) + `,
				"Which twice": {"Type": "Choice", "Choices": [{"And": [{"Variable": "$seen", "IsNumeric": true}, {"Variable": "$.n", "NumericEquals": 7}], "Next": "End"}], "Default": "Other"},
				"Other": {"Type": "Fail", "Error": "Never"}, "End": {"Type": "Succeed"}}}`,
			input: `{"n": 6}`,
		},
		{
			name: "retry-and-catch", about: "a Task that is retried by the server and succeeds, and one whose last failure is caught",
			definition: `{"StartAt": "Flaky", "States": {
				"Flaky": ` + ask("flaky", `"Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 1}], "Next": "Bad"`) + `,
				"Bad": ` + ask("bad", `"Retry": [{"ErrorEquals": ["Bad"], "IntervalSeconds": 1, "MaxAttempts": 1}],
					"Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "After"}], "Next": "Never"`) + `,
				"After": {"Type": "Pass", "End": true}, "Never": {"Type": "Fail"}}}`,
			input: `{"n": 1}`,
		},
		{
			name: "retry-by-the-machine", about: "a Task whose arguments name the attempt, so that the machine retries it",
			definition: `{"StartAt": "Flaky", "States": {"Flaky": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
				"Parameters": {"FunctionName": "flaky", "Payload": {"n": 1, "attempt.$": "$$.State.RetryCount"}},
				"Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "BackoffRate": 1}], "ResultSelector": {"is.$": "$.Payload.n"}, "End": true}}}`,
		},
		{
			name: "fail", about: "an execution that fails", status: machine.Failed,
			definition: `{"StartAt": "Ask", "States": {"Ask": ` + ask("bad", `"End": true`) + `}}`,
		},
		{
			name: "parallel", about: "three branches with a Task, a Wait and a nested Parallel",
			definition: `{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [` + branch("A", "echo") + `,
				{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": true}}},
				{"StartAt": "Q", "States": {"Q": {"Type": "Parallel", "Branches": [` + branch("B", "echo") + `, {"StartAt": "C", "States": {
						"C": ` + ask("flaky", `"Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 1}], "End": true`) + `}}], "Next": "D"},
					"D": ` + ask("echo", `"InputPath": "$[0]", "End": true`) + `}}]}}}`,
			input: `{"n": 7}`,
		},
		{
			name: "parallel-cut-short", about: "a branch that fails while another calls a Task and a third waits",
			definition: `{"StartAt": "P", "States": {"P": {"Type": "Parallel", "Catch": [{"ErrorEquals": ["Bad"], "Next": "Caught"}], "End": true, "Branches": [
				{"StartAt": "A", "States": {"A": ` + ask("bad", `"End": true`) + `}},
				{"StartAt": "B", "States": {"B": ` + ask("hang", `"End": true`) + `}},
				{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 3600, "End": true}}}]},
				"Caught": {"Type": "Succeed"}}}`,
		},
		{
			name: "inline-map", about: "fifty iterations with a Task each, seven at once",
			definition: `{"StartAt": "M", "States": {"M": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 7, "End": true,
				"ItemSelector": {"n.$": "$$.Map.Item.Value"}, "ItemProcessor": ` + branch("A", "echo") + `}}}`,
			input: `{"items": ` + numbers(50) + `}`,
		},
		{
			name: "nested-maps", about: "an inline Map in an inline Map, with a Choice and a Wait",
			definition: `{"StartAt": "M", "States": {"M": {"Type": "Map", "ItemsPath": "$.rows", "End": true, "ItemProcessor": {"StartAt": "N", "States": {
				"N": {"Type": "Map", "MaxConcurrency": 2, "End": true, "ItemSelector": {"n.$": "$$.Map.Item.Value"}, "ItemProcessor": {"StartAt": "C", "States": {
					"C": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericGreaterThan": 2, "Next": "W"}], "Default": "A"},
					"W": {"Type": "Wait", "Seconds": 1, "End": true}, "A": ` + ask("echo", `"End": true`) + `}}}}}}}}`,
			input: `{"rows": [[1, 2, 3], [4, 0], []]}`,
		},
		{
			name: "timeout-of-the-execution", about: "TimeoutSeconds of the machine ends a Task and a Wait", status: machine.TimedOut,
			definition: `{"TimeoutSeconds": 1, "StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
				{"StartAt": "A", "States": {"A": ` + ask("hang", `"End": true`) + `}},
				{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}}]}}}`,
		},
		{
			name: "timeout-of-a-task", about: "TimeoutSeconds of a Task, caught",
			definition: `{"StartAt": "A", "States": {"A": ` + ask("hang", `"TimeoutSeconds": 1, "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "B"}], "Next": "B"`) + `,
				"B": {"Type": "Succeed"}}}`,
		},
		{
			name: "stop", about: "an execution that is stopped while it calls a Task", stopped: true, status: machine.Aborted,
			definition: `{"StartAt": "A", "States": {"A": ` + ask("hang", `"End": true`) + `}}`,
		},
		{
			name: "stop-of-a-map-run", about: "an execution that is stopped while its Map Run runs", stopped: true, status: machine.Aborted,
			rows: 30, leaf: program.PackedShard, definition: distributed(program.PackedShard, "hang", `"MaxConcurrency": 5`),
		},
		{
			name: "continued-in-parallel", about: "a loop beside a Wait over several runs", continueAfter: 20,
			definition: `{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [{"StartAt": "Add", "States": {
				"Add": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "Do"},
				"Do": ` + ask("echo", `"ResultPath": null, "Next": "More"`) + `,
				"More": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThan": 12, "Next": "Add"}], "Default": "Done"},
				"Done": {"Type": "Succeed"}}},
				{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 3, "End": true}}}]}}}`,
			input: `{"n": 0}`,
		},
		{
			name: "continued-in-a-map", about: "an inline Map over several runs", continueAfter: 20,
			definition: `{"StartAt": "M", "States": {"M": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 3, "End": true,
				"ItemSelector": {"n.$": "$$.Map.Item.Value"}, "ItemProcessor": ` + branch("A", "echo") + `}}}`,
			input: `{"items": ` + numbers(20) + `}`,
		},
		{
			name: "map-run-express", about: "a Map Run of express batches", rows: 1_500, leaf: program.ExpressBatch,
			definition: distributed(program.ExpressBatch, "echo", `"MaxConcurrency": 40`),
		},
		{
			name: "map-run-packed", about: "a Map Run of packed shards: waves, retries by the machine, waits", rows: 120, leaf: program.PackedShard,
			definition: distributedOf(program.PackedShard, `"MaxConcurrency": 60`, `"StartAt": "A", "States": {
				"A": `+ask("flaky", `"Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "BackoffRate": 1}], "Next": "W"`)+`,
				"W": {"Type": "Wait", "Seconds": 1, "Next": "B"}, "B": `+ask("echo", `"End": true`)+`}`),
		},
		{
			name: "map-run-packed-wide", about: "a Map Run of packed shards whose Calls are so short that waves become wide", rows: 700, leaf: program.PackedShard,
			definition: distributed(program.PackedShard, "echo", `"MaxConcurrency": 300`),
		},
		{
			name: "map-run-packed-lost", about: "a Map Run of packed shards two of whose Calls take their workers down: suspects, verdicts, their Retry and Catch", rows: 120, leaf: program.PackedShard,
			losing: true,
			definition: distributedOf(program.PackedShard, `"MaxConcurrency": 60`, `"StartAt": "A", "States": {
				"A": `+ask("kill", `"Retry": [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 3}],
					"Catch": [{"ErrorEquals": ["States.Timeout"], "ResultPath": null, "Next": "B"}], "Next": "B"`)+`,
				"B": `+ask("echo", `"End": true`)+`}`),
		},
		{
			name: "map-run-packed-continued", about: "a Map Run of packed shards over several runs of all workflows", rows: 900, leaf: program.PackedShard, continueAfter: 20,
			definition: distributed(program.PackedShard, "echo", `"MaxConcurrency": 40`),
		},
		{
			name: "map-run-child", about: "a Map Run with a workflow for each item", rows: 6, leaf: program.ChildWorkflow,
			definition: distributed(program.ChildWorkflow, "echo", `"MaxConcurrency": 3`),
		},
		{
			name: "map-run-child-told-before", about: "a Map Run with a workflow for each item, whose shard is told that whom they call is away before shards knew of that",
			rows: 14, leaf: program.ChildWorkflow, told: true,
			definition: distributedOf(program.ChildWorkflow, `"MaxConcurrency": 4`,
				`"StartAt": "A", "States": {"A": `+ask("flaky", `"Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 1}], "End": true`)+`}`),
		},
		{
			name: "map-run-child-told", about: "a Map Run with a workflow for each item, whose shard is told that whom they call is away, and holds",
			rows: 14, leaf: program.ChildWorkflow, guarded: true,
			definition: distributedOf(program.ChildWorkflow, `"MaxConcurrency": 4`,
				`"StartAt": "A", "States": {"A": `+ask("away", `"Retry": [{"ErrorEquals": ["Lambda.ServiceException"], "IntervalSeconds": 1}], "End": true`)+`}`),
		},
		{
			name: "map-run-batched", about: "a Map Run over batches with an input of their own", rows: 50, leaf: program.PackedShard,
			definition: distributed(program.PackedShard, "batch", `"ItemBatcher": {"MaxItemsPerBatch": 8, "BatchInput": {"note": "b"}}`),
		},
		{
			name: "map-run-tolerance-express", about: "a Map Run of express batches with more failures than it tolerates", status: machine.Failed, rows: 60, leaf: program.ExpressBatch,
			definition: distributed(program.ExpressBatch, "third", `"ToleratedFailureCount": 3, "MaxConcurrency": 5`),
		},
		{
			name: "map-run-tolerance-packed", about: "a Map Run of packed shards with more failures than it tolerates", status: machine.Failed, rows: 60, leaf: program.PackedShard,
			definition: distributed(program.PackedShard, "third", `"ToleratedFailureCount": 3, "MaxConcurrency": 5`),
		},
		{
			name: "map-run-without-staging", about: "a Map Run over items of the input that carries everything in payloads", leaf: program.PackedShard,
			definition: `{"StartAt": "Each", "States": {"Each": {"Type": "Map", "Label": "Each", "ItemsPath": "$.items", "End": true,
				"ItemSelector": {"n.$": "$$.Map.Item.Value"}, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, ` + strings.TrimPrefix(branch("A", "echo"), "{") + `}}}`,
			input: `{"items": ` + numbers(10) + `}`,
		},
		{
			name: "redriven", about: "a Parallel in which one branch failed and another was stopped, redriven, over several runs",
			redriven: true, status: machine.Failed, continueAfter: 20,
			definition: `{"TimeoutSeconds": 300, "StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [` + branch("A", "echo") + `,
				{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "Next": "B"}, "B": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
					"Parameters": {"FunctionName.$": "States.ArrayGetItem(States.Array('bad', 'echo'), $$.Execution.RedriveCount)", "Payload.$": "$"},
					"Retry": [{"ErrorEquals": ["Bad"], "IntervalSeconds": 1, "MaxAttempts": 1}], "Next": "M"},
					"M": {"Type": "Map", "ItemsPath": "$$.Execution.Input.items", "MaxConcurrency": 3, "End": true,
						"ItemSelector": {"n.$": "$$.Map.Item.Value"}, "ItemProcessor": ` + branch("C", "echo") + `}}},
				{"StartAt": "L", "States": {"L": {"Type": "Wait", "Seconds": 5, "End": true}}}]}}}`,
			input: `{"items": ` + numbers(12) + `}`,
		},
		{
			name: "map-run-redriven-packed", about: "a Map Run of packed shards with more failures than it tolerates, redriven: items that failed, and items that had not begun",
			redriven: true, status: machine.Failed, rows: 30, leaf: program.PackedShard,
			definition: distributed(program.PackedShard, "shaky", `"ToleratedFailureCount": 3, "MaxConcurrency": 5`),
		},
		{
			name: "map-run-redriven-child", about: "the same with a workflow for each item",
			redriven: true, status: machine.Failed, rows: 14, leaf: program.ChildWorkflow,
			definition: distributed(program.ChildWorkflow, "shaky", `"ToleratedFailureCount": 3, "MaxConcurrency": 5`),
		},
		{
			name: "map-run-redriven-express", about: "the same of express batches",
			redriven: true, status: machine.Failed, rows: 30, leaf: program.ExpressBatch,
			definition: distributed(program.ExpressBatch, "shaky", `"ToleratedFailureCount": 3, "MaxConcurrency": 5`),
		},
		{
			name: "map-run-put-back", about: "a Map Run of packed shards whose failed items run again while it goes on",
			putBack: true, rows: 30, leaf: program.PackedShard,
			definition: distributedOf(program.PackedShard, `"ToleratedFailureCount": 10, "MaxConcurrency": 40`, `"StartAt": "A", "States": {
				"A": `+ask("shaky", `"Next": "W"`)+`, "W": {"Type": "Wait", "Seconds": 4, "Next": "B"}, "B": `+ask("echo", `"End": true`)+`}`),
		},
		{
			name: "too-large-before", about: "an input that is refused, from before large values could pass, and a Task after it",
			definition: tooLarge(),
			input:      `{"n": 0, "s": "` + strings.Repeat("x", 1<<10) + `"}`,
		},
		{
			name: "too-large", about: "the same by a worker that knows of large values and has no staging",
			definition: tooLarge(),
			input:      `{"n": 0, "s": "` + strings.Repeat("x", 1<<10) + `"}`,
		},
	}
}

// ask is a Task state that calls a function with its input.
func ask(function, more string) string {
	selected := ""
	if !strings.Contains(more, "ResultPath") {
		selected = `"OutputPath": "$.Payload", `
	}
	return fmt.Sprintf(`{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": %q, "Payload.$": "$"}, %s%s}`, function, selected, more)
}

// branch is a machine of one Task.
func branch(state, function string) string {
	return fmt.Sprintf(`{"StartAt": %q, "States": {%q: %s}}`, state, state, ask(function, `"End": true`))
}

func numbers(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprint(i)
	}
	return "[" + strings.Join(all, ",") + "]"
}

// The bucket, the source and the place for results of maps.
const (
	bucket  = "histories"
	source  = "rows.csv"
	results = "results"
)

// distributed is a machine of a Distributed Map whose items are a Task.
func distributed(leaf program.LeafKind, function, more string) string {
	return distributedOf(leaf, more, strings.TrimSuffix(strings.TrimPrefix(branch("A", function), "{"), "}"))
}

func distributedOf(leaf program.LeafKind, more, processor string) string {
	kind := program.Standard
	if leaf == program.ExpressBatch {
		kind = program.Express
	}
	return fmt.Sprintf(`{"StartAt": "Each", "States": {"Each": {"Type": "Map", "Label": "Each", %s,
		"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
			"Parameters": {"Bucket": %q, "Key.$": "$.source"}},
		"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": %q, "Prefix": %q}},
		"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": %q}, %s}, "End": true}}}`,
		more, bucket, bucket, results, kind, processor)
}

// tooLarge doubles a text to 2 MiB, which no Task takes without staging.
func tooLarge() string {
	return `{"StartAt": "Double", "States": {
		"Double": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)", "s.$": "States.Format('{}{}', $.s, $.s)"}, "Next": "More"},
		"More": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThan": 11, "Next": "Double"}], "Default": "Ask"},
		"Ask": ` + ask("echo", `"Next": "Never", "Catch": [{"ErrorEquals": ["States.DataLimitExceeded"], "Next": "Small"}]`) + `,
		"Never": {"Type": "Fail"},
		"Small": {"Type": "Pass", "Parameters": {"n": 1}, "Next": "Again"},
		"Again": ` + ask("echo", `"End": true`) + `}}`
}
