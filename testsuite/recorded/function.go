package recorded

import (
	"strings"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Function is a Lambda function as its recording tells of it: in words, since
// its code is not the recording's.
type Function struct {
	Arn       string    `json:"arn"`
	Behaviour Behaviour `json:"behaviour"`
}

// Behaviour is what a function does with its event: "identity" gives it back,
// "error" fails with Error and Message.
type Behaviour struct {
	Kind    string `json:"kind"`
	Error   string `json:"error"`
	Message string `json:"message"`
}

// plays reports whether the Tasks of the case can be answered by playing its
// functions: the children of a Map Run have left no results in the recording.
func (c *Case) plays() bool {
	for _, f := range c.Lambdas {
		if f.Behaviour.Kind != "identity" && f.Behaviour.Kind != "error" {
			return false
		}
	}
	return len(c.Lambdas) > 0
}

// play answers a Call of a Lambda function; false when it calls none.
func (c *Case) play(call machine.Call) (machine.Outcome, bool) {
	invoked, event := call.Resource.ARN, call.Input
	optimized := call.Resource.Integration() == "lambda:invoke"
	if optimized {
		invoked, event = call.Input.Get("FunctionName").Text(), call.Input.Get("Payload").Or(value.EmptyObject)
	}
	for name, f := range c.Lambdas {
		if invoked != name && invoked != f.Arn && !strings.HasPrefix(invoked, f.Arn+":") { // the ARN may name a version
			continue
		}
		if f.Behaviour.Kind == "error" {
			cause := value.OfObject(
				value.Member{Name: "errorMessage", Value: value.OfString(f.Behaviour.Message)},
				value.Member{Name: "errorType", Value: value.OfString(f.Behaviour.Error)})
			failure := machine.Fault(f.Behaviour.Error, cause.String())
			return machine.Outcome{Failure: &failure}, true
		}
		if optimized {
			event = value.OfObject(
				value.Member{Name: "ExecutedVersion", Value: value.OfString("$LATEST")},
				value.Member{Name: "Payload", Value: event},
				value.Member{Name: "StatusCode", Value: value.OfInt(200)})
		}
		return machine.Outcome{Output: event}, true
	}
	return machine.Outcome{}, false
}
