package teststate

import (
	"iter"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Request is what TestState is asked. The members are AWS's, values being JSON
// texts as there.
type Request struct {
	// Definition is one state, or a whole definition when StateName is given;
	// JSON, or YAML.
	Definition string `json:"definition"`
	StateName  string `json:"stateName,omitempty"`
	RoleArn    string `json:"roleArn,omitempty"`
	// Input, Variables and Context are JSON texts. Without Input it is {};
	// without Context the state sees one made for the test.
	Input     string `json:"input,omitempty"`
	Variables string `json:"variables,omitempty"`
	Context   string `json:"context,omitempty"`
	// InspectionLevel is INFO when it is empty.
	InspectionLevel    Level         `json:"inspectionLevel,omitempty"`
	RevealSecrets      bool          `json:"revealSecrets,omitempty"`
	Mock               *Mock         `json:"mock,omitempty"`
	StateConfiguration Configuration `json:"stateConfiguration,omitzero"`

	// Time is when the state is entered; Seed is where its random numbers, and
	// the names of the context object made for the test, come from.
	Time time.Time `json:"-"`
	Seed uint64    `json:"-"`
}

// Level is how much a response tells.
type Level string

// The levels: the outcome alone; the data flow too; the request and response of
// an HTTP Task too.
const (
	Info  Level = "INFO"
	Debug Level = "DEBUG"
	Trace Level = "TRACE"
)

// Mock is how the state's work ends: with a result or with an error.
type Mock struct {
	// Result is a JSON text; nil for none.
	Result              *string      `json:"result,omitempty"`
	ErrorOutput         *ErrorOutput `json:"errorOutput,omitempty"`
	FieldValidationMode Validation   `json:"fieldValidationMode,omitempty"`
}

// ErrorOutput is an error of the state's work.
type ErrorOutput struct {
	Error string `json:"error,omitempty"`
	Cause string `json:"cause,omitempty"`
}

// Validation says how a mocked result is held against the API of the state's
// service: not at all, the fields that are there, or all fields (which is what
// an empty Validation means).
type Validation string

// The validations.
const (
	None    Validation = "NONE"
	Present Validation = "PRESENT"
	Strict  Validation = "STRICT"
)

// Configuration says in which circumstances the state is tested.
type Configuration struct {
	// RetrierRetryCount is how often the retrier of the error has retried.
	RetrierRetryCount *int64 `json:"retrierRetryCount,omitempty"`
	// ErrorCausedByState is the state inside of a Parallel or Map that the
	// mocked error comes from.
	ErrorCausedByState string `json:"errorCausedByState,omitempty"`
	// MapIterationFailureCount is how many iterations of a Map have failed.
	MapIterationFailureCount *int64 `json:"mapIterationFailureCount,omitempty"`
	// MapItemReaderData is what an ItemReader reads, as it stands in its source.
	MapItemReaderData *string `json:"mapItemReaderData,omitempty"`
}

// counts gives the members that count something.
func (c Configuration) counts() iter.Seq2[string, *int64] {
	return func(yield func(string, *int64) bool) {
		_ = yield("retrierRetryCount", c.RetrierRetryCount) && yield("mapIterationFailureCount", c.MapIterationFailureCount)
	}
}

// given are the texts of a request, read.
type given struct {
	input, variables, context value.Value
}

// read reads the request's texts and checks what stands in them.
func (r *Request) read() (given, error) {
	var g given
	if !oneOf(r.InspectionLevel, "", Info, Debug, Trace) {
		return g, outside("inspectionLevel", string(r.InspectionLevel), "[INFO, TRACE, DEBUG]")
	}
	for member, n := range r.StateConfiguration.counts() {
		if n != nil && *n < 0 {
			return g, refuse("stateConfiguration", "1 validation error detected: Value '%d' at 'stateConfiguration.%s' failed to satisfy constraint: Member must have value greater than or equal to 0", *n, member)
		}
	}
	var err error
	if g.input, err = parse(r.Input, "{}"); err != nil {
		return g, &Fault{Code: InvalidExecutionInput, Message: "Invalid State Machine Execution Input: '" + err.Error() + "'", Member: "input"}
	}
	if g.variables, err = parse(r.Variables, "{}"); err != nil || g.variables.Kind() != value.Object {
		return g, refuse("variables", "Invalid variables provided: must be a valid JSON object")
	}
	return g, nil
}

func parse(text, otherwise string) (value.Value, error) {
	if text == "" {
		text = otherwise
	}
	return value.ParseString(text)
}

func oneOf[T comparable](v T, of ...T) bool {
	for _, o := range of {
		if v == o {
			return true
		}
	}
	return false
}
