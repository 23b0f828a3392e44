package recorded

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

func parseValue(t *testing.T, text string) value.Value {
	t.Helper()
	v, err := value.ParseString(text)
	require.NoError(t, err, text)
	return v
}

// sample is a case with one normalizer of each kind.
func sample(t *testing.T) *Case {
	no := false
	return &Case{
		ID:    "x.py::T::test",
		Input: parseValue(t, `{"at":"12-31-2020"}`),
		Normalizers: []Normalizer{
			{Kind: "regex", Regex: "machine_u1x", Replacement: "<ArnPart_0idx>"},
			{Kind: "regex", Regex: "name_u1x", Replacement: "thing"},
			{Kind: "regex", Regex: `sg-[0-9a-z]+`, Replacement: "sg_value"},
			{Kind: "regex", Regex: "Cluster.pattern", Replacement: "cluster_arn"},
			{Kind: "jsonpath", JSONPath: "$..output.When", Replacement: "when", Reference: &no},
		},
	}
}

func TestMatch(t *testing.T) {
	for name, c := range map[string]struct{ want, got, path string }{
		"equal":                                 {`{"a":[1,true,null,"x"]}`, `{"a":[1,true,null,"x"]}`, ""},
		"members of an event have no order":     {`{"a":1,"b":2}`, `{"b":2,"a":1}`, ""},
		"a text stored parsed":                  {`{"a":{"b":1,"c":"{}"}}`, `{"a":"{\"b\": 1, \"c\": \"{}\"}"}`, ""},
		"inside a text members have order":      {`{"a":{"b":1,"c":2}}`, `{"a":"{\"c\":2,\"b\":1}"}`, "a.(order of members)"},
		"one level deep":                        {`{"a":{"b":{}}}`, `{"a":"{\"b\":\"{}\"}"}`, "a.b"},
		"other texts stay":                      {`{"a":"[1,2]"}`, `{"a":"[1, 2]"}`, ""},
		"a list is no text":                     {`{"a":[1]}`, `{"a":"[1]"}`, "a"},
		"white space of other texts counts":     {`{"a":"x y"}`, `{"a":"x  y"}`, "a"},
		"whole numbers to the digit":            {`1`, `1.0`, ""},
		"missing":                               {`{"a":1}`, `{}`, "a"},
		"too many":                              {`{}`, `{"a":1}`, "a"},
		"null is not nothing":                   {`{"a":null}`, `{}`, "a"},
		"fewer elements":                        {`[1,2]`, `[1]`, "[1]"},
		"more elements":                         {`[1]`, `[1,2]`, "[1]"},
		"a name of the case":                    {`"arn:<partition>:states:<region>:111111111111:execution:<ArnPart_0idx>:e"`, `"arn:aws:states:us-east-1:111111111111:execution:machine_u1x:e"`, ""},
		"a date":                                {`"on date"`, `"on 2024-01-01T00:00:00.5Z"`, ""},
		"no date":                               {`"on date"`, `"on 2024-13-01T00:00:00Z"`, ""},
		"a pattern of the test":                 {`"sg_value"`, `"sg-12ab"`, ""},
		"a time":                                {`{"timestamp":"timestamp"}`, `{"timestamp":"2024-01-01T00:00:00Z"}`, ""},
		"a time of the input":                   {`{"TimestampValue":"timestamp"}`, `{"TimestampValue":"12-31-2020"}`, ""},
		"no time":                               {`{"timestamp":"timestamp"}`, `{"timestamp":"soon"}`, "timestamp"},
		"the word elsewhere":                    {`{"a":"timestamp"}`, `{"a":"2024-01-01T00:00:00Z"}`, "a"},
		"a word for a path":                     {`{"output":{"When":"when"}}`, `{"output":{"When":1.5}}`, ""},
		"a word elsewhere":                      {`{"When":"when"}`, `{"When":1.5}`, "When"},
		"a word for nothing":                    {`{"output":{"When":"when"}}`, `{"output":{}}`, "output.When"},
		"a uuid":                                {`"<uuid:1>"`, `"1b4e28ba-2fa1-11d2-883f-0016d3cca427"`, ""},
		"no uuid":                               {`"<uuid:1>"`, `"1b4e28ba"`, ""},
		"the same uuid":                         {`["<uuid:1>","<uuid:1>"]`, `["1b4e28ba-2fa1-11d2-883f-0016d3cca427","1b4e28ba-2fa1-11d2-883f-0016d3cca427"]`, ""},
		"another uuid":                          {`["<uuid:1>","<uuid:1>"]`, `["1b4e28ba-2fa1-11d2-883f-0016d3cca427","2b4e28ba-2fa1-11d2-883f-0016d3cca427"]`, "[1]"},
		"one uuid for two":                      {`["<uuid:1>","<uuid:2>"]`, `["1b4e28ba-2fa1-11d2-883f-0016d3cca427","1b4e28ba-2fa1-11d2-883f-0016d3cca427"]`, "[1]"},
		"what came in with a result":            {`["<uuid:1>","<request_id>"]`, `["<uuid:1>","<request_id>"]`, ""},
		"a word that nothing made up":           {`"<request_id>"`, `"abc"`, ""},
		"a document in a text":                  {`"The Parameters '<json-input:1>' are wrong"`, `"The Parameters '{\"a\":[1]}' are wrong"`, ""},
		"no document in a text":                 {`"The Parameters '<json-input:1>' are wrong"`, `"The Parameters '{a}' are wrong"`, ""},
		"a numbered name":                       {`{"t":"<task_token:1>","m":"token is <task_token:1>."}`, `{"t":"abc","m":"token is abc."}`, ""},
		"another numbered name":                 {`{"t":"<task_token:1>","m":"token is <task_token:1>."}`, `{"t":"abc","m":"token is abd."}`, "m"},
		"a map run":                             {`"mapRun:<ArnPart_0idx>/<MapRunArnPart0_0idx>:<MapRunArnPart1_0idx>"`, `"mapRun:machine_u1x/Label:1b4e28ba-2fa1-11d2-883f-0016d3cca427"`, ""},
		"a name of a deployed stack":            {`["cluster_arn","cluster_arn"]`, `["<ref:C.Arn>","<ref:C.Arn>"]`, ""},
		"another name of a deployed stack":      {`["cluster_arn","other"]`, `["<ref:C.Arn>","<ref:C.Arn>"]`, "[1]"},
		"an output of a deployed stack":         {`["cluster_arn","cluster_arn"]`, `["Cluster","Cluster"]`, ""},
		"a text is not what it would stand for": {`"1"`, `1`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := sample(t).matcher()
			same := m.match(parseValue(t, c.want), parseValue(t, c.got), nil)
			if differs[name] || c.path != "" {
				require.False(t, same)
				require.NotNil(t, m.first)
				assert.Equal(t, c.path, m.first.Path)
				return
			}
			assert.True(t, same, "%v", m.first)
		})
	}
}

// differs are those of the table that differ at the root.
var differs = map[string]bool{"whole numbers to the digit": true, "no uuid": true, "a word that nothing made up": true, "no date": true,
	"no document in a text": true, "a text is not what it would stand for": true}

func TestWithoutOrder(t *testing.T) {
	history := func(types ...string) (events []value.Value) {
		for i, kind := range types {
			events = append(events, value.OfObject(
				value.Member{Name: "id", Value: value.OfInt(int64(i + 1))},
				value.Member{Name: "previousEventId", Value: value.OfInt(int64(i))},
				value.Member{Name: "type", Value: value.OfString(kind)},
			))
		}
		return events
	}
	got := withoutOrder(history("ExecutionStarted", "ParallelStateEntered", "ParallelStateStarted", "ParallelStateEntered", "ParallelStateStarted",
		"PassStateEntered", "PassStateExited", "ParallelStateSucceeded", "ParallelStateExited", "ParallelStateSucceeded", "ParallelStateExited", "ExecutionSucceeded"))
	var texts []string
	for _, event := range got {
		texts = append(texts, event.Get("type").Text()+" "+event.Get("id").String())
	}
	assert.Equal(t, []string{"ExecutionStarted 1", "ParallelStateEntered 2", "ParallelStateStarted 3", "ParallelStateEntered [0]", "ParallelStateStarted 5",
		"PassStateEntered [0]", "PassStateExited [0]", "ParallelStateExited 11", "ExecutionSucceeded 12"}, texts)
}

func TestMatchEventsWithoutOrder(t *testing.T) {
	want := parseValue(t, `[{"id":[0],"type":"A","x":"<uuid:1>"},{"id":[0],"type":"B"},{"id":3,"type":"C"}]`).Elements()
	const id = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"
	got := parseValue(t, `[{"id":[0],"type":"B"},{"id":[0],"type":"A","x":"`+id+`"},{"id":3,"type":"C"}]`).Elements()
	assert.True(t, sample(t).matcher().matchEvents(want, got, "events"))
	assert.False(t, sample(t).matcher().matchEvents(want, got[:2], "events"), "one is missing")
	assert.False(t, sample(t).matcher().matchEvents(want[:2], got, "events"), "one too many")
	twice := parseValue(t, `[{"id":[0],"type":"B"},{"id":[0],"type":"B"},{"id":3,"type":"C"}]`).Elements()
	assert.False(t, sample(t).matcher().matchEvents(want, twice, "events"))
}

func TestMapRunLeft(t *testing.T) {
	const run = `[{"id":4,"type":"MapRunStarted"},{"id":5,"type":"MapRunSucceeded"},{"id":6,"type":"MapStateSucceeded"},{"id":7,"type":"MapStateExited","previousEventId":%s}]`
	events := func(previous string) []value.Value {
		return parseValue(t, run[:len(run)-4]+previous+"}]").Elements()
	}
	for recorded, want := range map[string]string{"21-09-2023, 14:07:46": "4", "18-11-2024, 14:54:07": "5"} {
		c := &Case{Recorded: recorded, Expected: Expected{Events: events("5")}}
		assert.Equal(t, want, c.amended()[3].Get("previousEventId").String(), recorded)
	}
	c := &Case{Recorded: "21-09-2023, 14:07:46", Expected: Expected{Events: events("3")}}
	assert.Equal(t, "3", c.amended()[3].Get("previousEventId").String(), "only what is known to have changed")
}

func TestPathPattern(t *testing.T) {
	for path, c := range map[string]struct{ yes, no []string }{
		"$..TaskToken":               {[]string{"/TaskToken", "/events/[3]/TaskToken"}, []string{"/TaskToken/x", "/aTaskToken"}},
		"$..output.StartDate":        {[]string{"/events/[3]/d/output/StartDate"}, []string{"/output/x/StartDate", "/StartDate"}},
		"$..events[*].d.timestamp":   {[]string{"/events/[12]/d/timestamp"}, []string{"/events/d/timestamp"}},
		"$..events..x":               {[]string{"/events/[1]/a/b/x"}, []string{"/x"}},
		"$.events[1].x-y":            {[]string{"/events/[1]/x-y"}, []string{"/a/events/[1]/x-y", "/events/[11]/x-y"}},
		"$..['a b'].*":               {[]string{"/x/a b/c"}, []string{"/x/a b"}},
		"$..Headers.X-Amzn-Trace-Id": {[]string{"/o/Headers/X-Amzn-Trace-Id"}, []string{"/Headers/X-Amzn-Trace-IdX"}},
	} {
		for _, yes := range c.yes {
			assert.Regexp(t, pathPattern(path), yes, path)
		}
		for _, no := range c.no {
			assert.NotRegexp(t, pathPattern(path), no, path)
		}
	}
}

func TestOrders(t *testing.T) {
	assert.Equal(t, [][]int{{}}, orders(0))
	assert.Equal(t, [][]int{{0, 1}, {1, 0}}, orders(2))
	assert.Len(t, orders(4), 24)
	assert.Equal(t, []int{0, 1, 2, 3}, orders(4)[0])
	assert.Equal(t, [][]int{{0, 1, 2, 3, 4}}, orders(5))
}
