package teststate

import (
	"strings"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/teststate/shapes"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// outcome is how the mock says that the state's work ends.
type outcome struct {
	result  value.Value
	failure *machine.Failure
}

// mocked checks the request's mock, and that there is one where it is needed;
// nil when there is none.
func (r *Request) mocked(s *program.State) (*outcome, error) {
	if r.Mock == nil {
		return nil, r.unmocked(s)
	}
	switch s.Type {
	case program.TaskState, program.MapState, program.ParallelState:
	default:
		return nil, refuse("mock", "State type '%s' is not supported when a mock is specified", s.Type)
	}
	if r.RevealSecrets {
		return nil, refuse("revealSecrets", "TestState does not support RevealSecrets when a mock is specified.")
	}
	m := r.Mock
	if !oneOf(m.FieldValidationMode, "", None, Present, Strict) {
		return nil, outside("mock.fieldValidationMode", string(m.FieldValidationMode), "[STRICT, PRESENT, NONE]")
	}
	if (m.Result == nil) == (m.ErrorOutput == nil) {
		return nil, refuse("mock", "A test mock should have only one of the following fields: [result, errorOutput].")
	}
	if m.ErrorOutput != nil {
		return m.ErrorOutput.outcome(r.StateConfiguration, s)
	}
	result, err := value.ParseString(*m.Result)
	if err != nil {
		return nil, refuse("mock", "Mocked result must be valid JSON")
	}
	if f := m.check(s, result); f != nil {
		return nil, f
	}
	return &outcome{result: result}, nil
}

// unmocked refuses what cannot be tested without a mock.
func (r *Request) unmocked(s *program.State) error {
	switch {
	case r.StateConfiguration.MapIterationFailureCount != nil:
		return refuse("mock", "TestState does not support MapIterationFailureCount when a mock is not specified.")
	case r.Context != "":
		return refuse("mock", "TestState does not support Context when a mock is not specified.")
	case s.Type == program.MapState || s.Type == program.ParallelState:
		return unsupported("Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]")
	case s.Type != program.TaskState:
		return nil
	}
	switch s.Task.Resource.Pattern {
	case program.Sync, program.Callback:
		return unsupported("'.sync' or '.waitForTaskToken' integration patterns.")
	case program.Activity:
		return unsupported("Activity tasks.")
	}
	if r.RoleArn == "" {
		return refuse("mock", "RoleArn must be specified when testing a Task state")
	}
	return &Fault{Code: NeedsMock, Message: "No services are called here", Member: "mock"}
}

// unsupported is the fault of what AWS tests only with a mock.
func unsupported(what string) *Fault {
	return &Fault{Code: InvalidDefinition, Message: "TestState API does not support " + what, Member: "mock"}
}

// NeedsMock is the code, not one of AWS's, of a Task that AWS would call.
const NeedsMock = "MockRequired"

func (e *ErrorOutput) outcome(c Configuration, s *program.State) (*outcome, error) {
	if name := c.ErrorCausedByState; name != "" {
		inside := false
		for _, m := range within(s) {
			inside = inside || find(m, name) != nil
		}
		if !inside {
			return nil, refuse("stateConfiguration", "State '%s' of ErrorCausedByState not found inside of the tested state", name)
		}
	}
	f := machine.Failure{}
	if e.Error != "" {
		f.Error = value.OfString(e.Error)
	}
	if e.Cause != "" {
		f.Cause = value.OfString(e.Cause)
	}
	return &outcome{failure: &f}, nil
}

// check holds a mocked result against what the state's work can give.
func (m *Mock) check(s *program.State, result value.Value) error {
	switch {
	case s.Parallel != nil && result.Kind() != value.Array:
		return refuse("mock", "Mocked result must be an array.")
	case s.Parallel != nil && result.Len() != len(s.Parallel.Branches):
		return refuse("mock", "Mocked result must contain the same number of items as number of Parallel branches.")
	case s.Map != nil && exports(s.Map):
		if result.Kind() != value.Object {
			return refuse("mock", "Mocked result must be a JSON object.")
		}
	case s.Map != nil && result.Kind() != value.Array:
		return refuse("mock", "Mocked result must be an array.")
	case s.Task != nil && m.FieldValidationMode != None:
		return conforms(s.Task.Resource, result, m.FieldValidationMode != Present)
	}
	return nil
}

func exports(m *program.Map) bool {
	return m.Distributed != nil && m.Distributed.Writer != nil && m.Distributed.Writer.Resource != ""
}

// conforms holds a result against the response of the service's API. all means
// that required fields must be there.
func conforms(r program.Resource, result value.Value, all bool) error {
	action := r.Action
	switch {
	case r.Pattern == program.Callback || r.Pattern == program.Activity:
		return nil // what a worker sends is its own
	case r.Pattern == program.Sync:
		polled, known := polling[r.Service+":"+action]
		if !known {
			return nil
		}
		action = polled
	}
	response, known := shapes.Find(r.Service, action)
	if !known {
		return nil
	}
	if r.Service == "lambda" {
		response = response.Without("Payload") // JSON, where the API has its bytes
	}
	if strings.HasSuffix(r.ARN, ".sync:2") {
		response = response.Without("Input", "Output") // JSON, where the API has text
	}
	if result.Kind() != value.Object {
		return refuse("mock", "Mocked result must be a JSON object.")
	}
	if m := response.Check(result, all); m != nil {
		return refuse("mock", "Mock result schema validation error: %s", m.Reason)
	}
	return nil
}

// polling gives the action that tells of a job, whose response the result of a
// .sync Task is (AWS, "Run a Job (.sync)"). Where the result is only a part of
// that response there is no row.
var polling = map[string]string{
	"athena:startQueryExecution":              "getQueryExecution",
	"elasticmapreduce:addStep":                "describeStep",
	"elasticmapreduce:createCluster":          "describeCluster",
	"elasticmapreduce:terminateCluster":       "describeCluster",
	"mediaconvert:createJob":                  "getJob",
	"sagemaker:createHyperParameterTuningJob": "describeHyperParameterTuningJob",
	"sagemaker:createLabelingJob":             "describeLabelingJob",
	"sagemaker:createProcessingJob":           "describeProcessingJob",
	"sagemaker:createTrainingJob":             "describeTrainingJob",
	"sagemaker:createTransformJob":            "describeTransformJob",
	"states:startExecution":                   "describeExecution",
}
