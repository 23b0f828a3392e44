package recorded

import (
	"slices"
	"strconv"
	"strings"

	sdksuite "go.temporal.io/sdk/testsuite"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// mapRunsOf gives what the Map Runs that the events tell of say of themselves
// once their execution has ended.
func mapRunsOf(env *sdksuite.TestWorkflowEnvironment, events []machine.Event) (all []wire.MapRunDescription, err error) {
	for _, e := range events {
		if e.Type != "MapRunStarted" {
			continue
		}
		arn := historyEvent(e).Get("mapRunStartedEventDetails").Get("mapRunArn").Text()
		d, err := describeMapRun(env, arn)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

func describeMapRun(env *sdksuite.TestWorkflowEnvironment, arn string) (d wire.MapRunDescription, err error) {
	told, err := env.QueryWorkflowByID(wire.MapRunID(arn), wire.MapRunQuery)
	if err == nil {
		err = told.Get(&d)
	}
	return d, err
}

// tellsMapRuns reports whether the recording has answers about Map Runs.
func (c *Case) tellsMapRuns() bool {
	return !c.Expected.Described.IsAbsent() || !c.Expected.Listed.IsAbsent()
}

// compareMapRuns compares the answers to DescribeMapRun, of the first Map Run, and
// to ListMapRuns, of all.
func (m *matcher) compareMapRuns(c *Case, r Result) bool {
	want := &c.Expected
	if !r.TellsMapRuns || !c.tellsMapRuns() {
		return true
	}
	if len(r.MapRuns) == 0 {
		return m.differ([]string{"map runs"}, "a Map Run", "none")
	}
	if !want.Described.IsAbsent() && !m.matchAnswer(want.Described, describedMapRun(r.MapRuns[0]), "describe_map_run") {
		return false
	}
	if want.Listed.IsAbsent() {
		return true
	}
	var listed []value.Value
	for _, d := range slices.Backward(r.MapRuns) { // the latest comes first
		listed = append(listed, listedMapRun(d))
	}
	return m.matchAnswer(want.Listed, value.OfObject(value.Member{Name: "mapRuns", Value: value.OfArray(listed)}), "list_map_runs")
}

// sinceThen are members of answers that AWS added later, and that older
// recordings lack.
var sinceThen = []string{"failuresNotRedrivable", "pendingRedrive", "redriveCount"}

// matchAnswer compares an answer of the API, but for its ResponseMetadata.
func (m *matcher) matchAnswer(want, got value.Value, name string) bool {
	return m.match(without(want, "ResponseMetadata"), common(want, got), []string{name})
}

// common gives got, down to the objects in it, without those members of sinceThen
// that want does not have.
func common(want, got value.Value) value.Value {
	if got.Kind() != value.Object {
		return got
	}
	var members []value.Member
	for i, v := range got.Elements() {
		name := got.NameAt(i)
		if _, recorded := want.Member(name); recorded || !slices.Contains(sinceThen, name) {
			members = append(members, value.Member{Name: name, Value: common(want.Get(name), v)})
		}
	}
	return value.OfObject(members...)
}

func without(v value.Value, name string) value.Value {
	var members []value.Member
	for i, e := range v.Elements() {
		if v.NameAt(i) != name {
			members = append(members, value.Member{Name: v.NameAt(i), Value: e})
		}
	}
	return value.OfObject(members...)
}

// date is what the recordings write for the dates of answers.
var date = value.OfString("datetime")

func describedMapRun(d wire.MapRunDescription) value.Value {
	return value.OfObject(
		value.Member{Name: "executionArn", Value: value.OfString(d.ExecutionArn)},
		value.Member{Name: "executionCounts", Value: countsOf(d.Executions, d.ExecutionsTotal, d.ExecutionsRunning)},
		value.Member{Name: "itemCounts", Value: countsOf(d.Items, d.Total, d.Running)},
		value.Member{Name: "mapRunArn", Value: value.OfString(d.MapRunArn)},
		value.Member{Name: "maxConcurrency", Value: value.OfInt(d.Limits.MaxConcurrency)},
		value.Member{Name: "redriveCount", Value: value.OfInt(0)},
		value.Member{Name: "startDate", Value: date},
		value.Member{Name: "status", Value: value.OfString(string(d.Status))},
		value.Member{Name: "stopDate", Value: date},
		value.Member{Name: "toleratedFailureCount", Value: value.OfInt(d.Limits.Tolerance.Count)},
		value.Member{Name: "toleratedFailurePercentage", Value: percentage(d.Limits.Tolerance.Percentage)},
	)
}

// percentage gives a number with a fraction, as the answers have it: 50 is 50.0.
func percentage(p float64) value.Value {
	text := strconv.FormatFloat(p, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	v, _ := value.ParseString(text)
	return v
}

func listedMapRun(d wire.MapRunDescription) value.Value {
	return value.OfObject(
		value.Member{Name: "executionArn", Value: value.OfString(d.ExecutionArn)},
		value.Member{Name: "mapRunArn", Value: value.OfString(d.MapRunArn)},
		value.Member{Name: "startDate", Value: date},
		value.Member{Name: "stateMachineArn", Value: value.OfString(d.Common.StateMachineID)},
		value.Member{Name: "stopDate", Value: date},
	)
}

// countsOf gives the counts of a Map Run that has ended: what did not end is
// pending, and the results are written.
func countsOf(c wire.Counts, total, running int64) value.Value {
	var members []value.Member
	for _, count := range []struct {
		name string
		n    int64
	}{
		{"aborted", c.Aborted}, {"failed", c.Failed}, {"failuresNotRedrivable", 0},
		{"pending", max(total-c.Ended()-running, 0)}, {"pendingRedrive", 0},
		{"resultsWritten", c.Ended()}, {"running", running}, {"succeeded", c.Succeeded}, {"timedOut", c.TimedOut}, {"total", total},
	} {
		members = append(members, value.Member{Name: count.name, Value: value.OfInt(count.n)})
	}
	return value.OfObject(members...)
}
