package machinetest_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator writes definitions at random: every state type, nested up to a
// depth, with Retry and Catch. They end, for transitions only lead forward,
// and their outcome does not depend on the order of things that happen at the
// same time: all failures are alike (no Task times out), nothing is drawn at
// random, and what a Task does follows from its input, which tells its time
// and retries.
type generator struct {
	random *rand.Rand
	states int
	// bare leaves out Retry, Catch and Fail.
	bare bool
}

func generate(seed uint64) string {
	g := &generator{random: rand.New(rand.NewPCG(seed, 0))}
	return g.block(3)
}

func (g *generator) pick(choices ...string) string { return choices[g.random.IntN(len(choices))] }

// block writes a States block of up to four states.
func (g *generator) block(depth int) string {
	names := make([]string, 1+g.random.IntN(4))
	for i := range names {
		g.states++
		names[i] = fmt.Sprintf("S%d", g.states)
	}
	var states []string
	for i, name := range names {
		way := `"End":true`
		if i+1 < len(names) {
			way = fmt.Sprintf(`"Next":"%s"`, g.pick(names[i+1:]...))
		}
		states = append(states, fmt.Sprintf(`"%s":%s`, name, g.state(name, way, names[i+1:], depth)))
	}
	// What no transition leads to is dead text: a Choice at the end reaches all.
	var rules []string
	for i, name := range names {
		rules = append(rules, fmt.Sprintf(`{"Variable":"$$.State.EnteredTime","StringMatches":"*%dZ","Next":"%s"}`, i, name))
	}
	g.states++
	states = append(states, fmt.Sprintf(`"S%d":{"Type":"Choice","Choices":[%s],"Default":"%s"}`, g.states, strings.Join(rules, ","), names[0]))
	return fmt.Sprintf(`{"StartAt":"S%d","States":{%s}}`, g.states, strings.Join(states, ","))
}

func (g *generator) state(name, way string, later []string, depth int) string {
	kinds := []string{"Task", "Task", "Task", "Task", "Pass", "Wait", "Choice", "Fail", "Succeed"}
	if depth > 0 {
		kinds = append(kinds, "Parallel", "Map", "Parallel", "Map")
	}
	switch g.pick(kinds...) {
	case "Task":
		return fmt.Sprintf(`{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"%s","Payload":{"in.$":"$","at.$":"$$.State.EnteredTime","try.$":"$$.State.RetryCount"}},
			"ResultPath":"$.%s","TimeoutSeconds":9,%s%s}`, name, name, g.errors(later), way)
	case "Wait":
		return fmt.Sprintf(`{"Type":"Wait","Seconds":%d,%s}`, g.random.IntN(3), way)
	case "Choice":
		if len(later) > 0 {
			return fmt.Sprintf(`{"Type":"Choice","Choices":[{"Variable":"$.%s","IsPresent":true,"Next":"%s"}],"Default":"%s"}`, g.pick("e", "S2", "S4", "i"), g.pick(later...), g.pick(later...))
		}
	case "Fail":
		if !g.bare && g.random.IntN(3) == 0 {
			return `{"Type":"Fail","Error":"E","Cause":"c"}`
		}
	case "Succeed":
		return `{"Type":"Succeed"}`
	case "Parallel":
		branches := make([]string, 1+g.random.IntN(3))
		for i := range branches {
			branches[i] = g.block(depth - 1)
		}
		return fmt.Sprintf(`{"Type":"Parallel","Branches":[%s],"ResultPath":"$.%s",%s%s}`, strings.Join(branches, ","), name, g.errors(later), way)
	case "Map":
		return fmt.Sprintf(`{"Type":"Map","ItemsPath":"$$.Execution.Input.items","MaxConcurrency":%d,"ItemSelector":{"i.$":"$$.Map.Item.Index"},"ItemProcessor":%s,"ResultPath":"$.%s",%s%s}`,
			g.random.IntN(3), g.block(depth-1), name, g.errors(later), way)
	}
	return fmt.Sprintf(`{"Type":"Pass","Assign":{"v%s.$":"$"},"Parameters":{"before.$":"$","at.$":"$$.State.EnteredTime"},%s}`, name, way)
}

// errors writes Retry and Catch, or either, or neither.
func (g *generator) errors(later []string) string {
	text := ""
	if g.bare {
		return text
	}
	if g.random.IntN(2) == 0 {
		text += fmt.Sprintf(`"Retry":[{"ErrorEquals":["%s"],"IntervalSeconds":%d,"MaxAttempts":%d}],`, g.pick("E", "States.ALL", "States.TaskFailed", "States.Timeout"), 1+g.random.IntN(2), g.random.IntN(3))
	}
	if len(later) > 0 && g.random.IntN(2) == 0 {
		text += fmt.Sprintf(`"Catch":[{"ErrorEquals":["%s"],"ResultPath":"$.e","Next":"%s"}],`, g.pick("E", "States.ALL", "States.Timeout"), g.pick(later...))
	}
	return text
}
