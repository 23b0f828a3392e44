package program_test

import (
	"testing"

	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const call = `"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"}`

// TestPlanLeaf: the states stand in an ItemProcessor of the type; the reason
// must name what decided.
func TestPlanLeaf(t *testing.T) {
	for name, c := range map[string]struct {
		as, states string
		want       program.LeafKind
		reason     string
	}{
		"express":                {"EXPRESS", `"A":{` + call + `,"End":true}`, program.ExpressBatch, "EXPRESS, 1 state"},
		"express with a loop":    {"EXPRESS", `"A":{` + call + `,"Next":"B"},"B":{"Type":"Choice","Choices":[{"Variable":"$.x","IsNull":true,"Next":"A"}],"Default":"C"},"C":{"Type":"Succeed"}`, program.ExpressBatch, "EXPRESS, 3 states"},
		"one task":               {"STANDARD", `"A":{` + call + `,"End":true}`, program.PackedShard, "STANDARD, 1 state, no loops, at most 1 task"},
		"no task":                {"STANDARD", `"A":{"Type":"Pass","End":true}`, program.PackedShard, "no tasks"},
		"a diamond is no loop":   {"STANDARD", `"A":{"Type":"Choice","Choices":[{"Variable":"$.x","IsNull":true,"Next":"B"}],"Default":"C"},"B":{` + call + `,"Next":"C"},"C":{"Type":"Succeed"}`, program.PackedShard, "no loops"},
		"loop by Next":           {"STANDARD", `"A":{` + call + `,"Next":"B"},"B":{"Type":"Choice","Choices":[{"Variable":"$.x","IsNull":true,"Next":"A"}],"Default":"C"},"C":{"Type":"Succeed"}`, program.ChildWorkflow, `a loop through "A"`},
		"loop by Catch":          {"STANDARD", `"A":{` + call + `,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"End":true},"B":{"Type":"Pass","Next":"A"}`, program.ChildWorkflow, `a loop through "A"`},
		"loop in a branch":       {"STANDARD", `"A":{"Type":"Parallel","Branches":[{"StartAt":"B","States":{"B":{"Type":"Choice","Choices":[{"Variable":"$.x","IsNull":true,"Next":"B"}],"Default":"C"},"C":{"Type":"Succeed"}}}],"End":true}`, program.ChildWorkflow, `a loop through "B"`},
		"branches":               {"STANDARD", `"A":{"Type":"Parallel","Branches":[{"StartAt":"B","States":{"B":{` + call + `,"End":true}}}],"Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":4}],"End":true}`, program.PackedShard, "2 states, no loops, at most 5 tasks and waits"},
		"branches retried often": {"STANDARD", `"A":{"Type":"Parallel","Branches":[{"StartAt":"B","States":{"B":{` + call + `,"End":true}}}],"Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":99999999}],"End":true}`, program.ChildWorkflow, "more than 100"},
		"short wait":             {"STANDARD", `"A":{"Type":"Wait","Seconds":3600,"End":true}`, program.PackedShard, "1 task or wait"},
		"long wait":              {"STANDARD", `"A":{"Type":"Wait","Seconds":3601,"End":true}`, program.ChildWorkflow, `a wait in "A"`},
		"wait from data":         {"STANDARD", `"A":{"Type":"Wait","SecondsPath":"$.s","End":true}`, program.ChildWorkflow, `a wait in "A"`},
		"wait until":             {"STANDARD", `"A":{"Type":"Wait","Timestamp":"2030-01-01T00:00:00Z","End":true}`, program.ChildWorkflow, `a wait in "A"`},
		"callback":               {"STANDARD", `"A":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Parameters":{"QueueUrl":"q","MessageBody":{"t.$":"$$.Task.Token"}},"End":true}`, program.ChildWorkflow, "sqs:sendMessage.waitForTaskToken"},
		"job":                    {"STANDARD", `"A":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2","Parameters":{"StateMachineArn":"a"},"End":true}`, program.ChildWorkflow, "states:startExecution.sync"},
		"activity":               {"STANDARD", `"A":{"Type":"Task","Resource":"arn:aws:states:eu-west-1:123456789012:activity:Ask","End":true}`, program.ChildWorkflow, `a wait of unknown length in "A"`},
		"inline map with a task": {"STANDARD", `"A":{"Type":"Map","ItemProcessor":{"StartAt":"B","States":{"B":{` + call + `,"End":true}}},"End":true}`, program.ChildWorkflow, `an inline Map with tasks or waits in "A"`},
		"inline map without":     {"STANDARD", `"A":{"Type":"Map","ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}},"End":true}`, program.PackedShard, "2 states"},
		"distributed map":        {"STANDARD", `"A":{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}},"End":true}`, program.ChildWorkflow, `a Distributed Map of its own in "A"`},
	} {
		t.Run(name, func(t *testing.T) {
			p := processor(t, c.as, c.states)
			leaf := program.PlanLeaf(p, "")
			assert.Equal(t, c.want, leaf.Kind, leaf.Reason)
			assert.Contains(t, leaf.Reason, c.reason)
		})
	}
}

func TestAskedLeaves(t *testing.T) {
	express := processor(t, "EXPRESS", `"A":{"Type":"Pass","End":true}`)
	packed := processor(t, "STANDARD", `"A":{"Type":"Pass","End":true}`)
	child := processor(t, "STANDARD", `"A":{"Type":"Wait","SecondsPath":"$.s","End":true}`)
	for _, c := range []struct {
		p           *program.Program
		asked, want program.LeafKind
	}{
		{express, program.ChildWorkflow, program.ExpressBatch},
		{express, program.PackedShard, program.ExpressBatch},
		{packed, program.ChildWorkflow, program.ChildWorkflow},
		{packed, program.PackedShard, program.PackedShard},
		{packed, program.ExpressBatch, program.PackedShard},
		{child, program.PackedShard, program.ChildWorkflow},
		{child, program.ExpressBatch, program.ChildWorkflow},
	} {
		assert.Equal(t, c.want, program.PlanLeaf(c.p, c.asked).Kind, "%s asked of %s", c.asked, c.p)
	}
}

func processor(t *testing.T, as, states string) *program.Program {
	t.Helper()
	text := `{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"` + as + `"},"StartAt":"A","States":{` + states + `}}`
	p, said := translator.Translate(text, translator.AsProcessor())
	require.NotNil(t, p, translator.Report(text, said))
	require.Equal(t, as, string(p.Type()))
	return p
}
