package recorded

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/testsuite/recordings"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Case is one execution as AWS ran and recorded it.
type Case struct {
	ID         string       `json:"id"`
	Definition value.Value  `json:"definition"`
	Input      value.Value  `json:"input"`
	Type       program.Type `json:"type"`
	API        string       `json:"api"`
	// Recorded is when: 02-01-2006, 15:04:05.
	Recorded string `json:"recorded"`
	// ExecutionName and MachineName are those that definition and input speak of.
	ExecutionName string `json:"execution_name"`
	MachineName   string `json:"machine_name"`

	Settings struct {
		Logging struct {
			Level                string `json:"level"`
			IncludeExecutionData bool   `json:"includeExecutionData"`
		} `json:"loggingConfiguration"`
	} `json:"machine_settings"`
	Expected Expected `json:"expected"`

	// Mocks are, per state, the attempts in the order AWS scheduled them;
	// Mockable tells whether they are all there.
	Mocks    map[string][]Attempt `json:"mocks"`
	Mockable string               `json:"mockable"`
	// Lambdas are the functions that the Tasks call, by their names.
	Lambdas map[string]Function `json:"lambdas"`
	Setup   []SetupCall         `json:"setup"`

	Normalizers []Normalizer      `json:"normalizers"`
	Bindings    map[string]string `json:"bindings"`
	Notes       []string          `json:"notes"`

	// assigned is the order in which results without ids are handed out; nil for
	// that in which they stand.
	assigned []int
}

// Expected is what AWS answered. Texts that were JSON objects stand parsed.
type Expected struct {
	// Status is "" when the recording ends before the execution did.
	Status string      `json:"status"`
	Output value.Value `json:"output"`
	Error  value.Value `json:"error"`
	Cause  value.Value `json:"cause"`
	// Events are those of GetExecutionHistory, nil when the test did not ask.
	Events []value.Value `json:"events"`
	// Logged are the events as CloudWatch Logs got them, EndEvent the last one.
	Logged   []value.Value `json:"logged_events"`
	EndEvent value.Value   `json:"end_event"`
	// Described and Listed are the answers of DescribeMapRun and ListMapRuns.
	Described value.Value `json:"describe_map_run"`
	Listed    value.Value `json:"list_map_runs"`
}

// Attempt is one attempt of a Task.
type Attempt struct {
	// Parameters (of a service) or Input (of a function or activity) is what
	// was sent.
	Parameters value.Value `json:"parameters"`
	Input      value.Value `json:"input"`
	// Submitted is the answer to a request whose result came later.
	Submitted *struct {
		Output value.Value `json:"output"`
	} `json:"submitted"`
	// Result is nil when the recording ends before.
	Result *AttemptResult `json:"result"`
}

// AttemptResult is the event that ended an attempt.
type AttemptResult struct {
	Type   string      `json:"type"`
	Output value.Value `json:"output"`
	Error  value.Value `json:"error"`
	Cause  value.Value `json:"cause"`
}

// SetupCall is a call that the test made to a service before the execution.
type SetupCall struct {
	Call string      `json:"call"`
	Args value.Value `json:"args"`
}

// Normalizer is one replacement that the recording made in all it wrote.
type Normalizer struct {
	Kind        string `json:"kind"`
	Regex       string `json:"regex"`
	JSONPath    string `json:"jsonpath"`
	Replacement string `json:"replacement"`
	Function    string `json:"fn"`
	// Reference numbers the values: each becomes <replacement:N> everywhere.
	// Absent means true.
	Reference *bool `json:"replace_reference"`
}

// numbered reports whether values become <replacement:N>.
func (n *Normalizer) numbered() bool { return n.Reference == nil || *n.Reference }

// Load reads the executions of all files aws/*.jsonl below a folder. Lines of
// other kinds are left out.
func Load(folder string) ([]*Case, error) { return recordings.Load(folder, parse) }

// parse reads one line; nil for one that is no execution.
func parse(line []byte, number int) (*Case, error) {
	var kind struct {
		API      string          `json:"api"`
		Expected json.RawMessage `json:"expected"`
		Setup    []SetupCall     `json:"setup"`
	}
	if err := json.Unmarshal(line, &kind); err != nil {
		return nil, err
	}
	if kind.API == "" || kind.Expected == nil {
		return nil, nil
	}
	c := &Case{}
	return c, json.Unmarshal(ownBuckets(line, kind.Setup, number), c)
}

// ownBuckets gives the buckets of the setup names of their own throughout the
// case: cases share a server and invented the same names.
func ownBuckets(line []byte, setup []SetupCall, number int) []byte {
	for _, call := range setup {
		if call.Call == "s3.create_bucket" {
			name := call.Args.Get("Bucket").Text()
			line = bytes.ReplaceAll(line, []byte(name), fmt.Appendf(nil, "%s-%d", name, number))
		}
	}
	return line
}

// Name gives the part of the id that people know the case by.
func (c *Case) Name() string { return recordings.Name(c.ID) }
