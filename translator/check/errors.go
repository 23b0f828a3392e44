package check

import (
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

const everything = "States.ALL"

// reserved are the error names that begin with "States." (AWS guide, "Handling
// errors"; States Language, appendix A).
var reserved = []string{
	everything, "States.BranchFailed", "States.DataLimitExceeded", "States.ExceedToleratedFailureThreshold",
	"States.HeartbeatTimeout", "States.Http.Socket", "States.IntrinsicFailure", "States.ItemReaderFailed",
	"States.NoChoiceMatched", "States.ParameterPathFailure", "States.Permissions", "States.QueryEvaluationError",
	"States.ResultPathMatchFailure", "States.ResultWriterFailed", "States.Runtime", "States.TaskFailed",
	"States.Timeout",
}

// checkErrors: States.ALL stands alone in its ErrorEquals, and in the last
// retrier or catcher; a name that begins with States. is one that there is.
func checkErrors(c *checker) {
	for _, s := range c.states {
		for _, field := range []string{"Retry", "Catch"} {
			list := handlers(s, field)
			for i, e := range list {
				names := e.node.Get("ErrorEquals")
				if names.Kind() != value.Array {
					continue
				}
				c.checkErrorNames(names, e.path+"/ErrorEquals", i == len(list)-1)
			}
		}
	}
}

func (c *checker) checkErrorNames(names *asl.Node, path string, last bool) {
	for i, n := range names.Elements {
		here := place{n.Span, index(path, i)}
		name := n.Text()
		if name == everything {
			if len(names.Elements) > 1 {
				c.fault(here, schema("Remove the other names, or States.ALL.", "States.ALL must stand alone in ErrorEquals"))
			}
			if !last {
				c.fault(here, schema("Move it to the end: what stands after it could never match.", "States.ALL must stand in the last entry"))
			}
		}
		if strings.HasPrefix(name, "States.") && !isReserved(name) {
			c.warn(here, says{unknownError, "No error is called '" + name + "'",
				didYouMean(name, reserved, "Names that begin with 'States.' are reserved; this one never matches.")})
		}
	}
}

func isReserved(name string) bool {
	for _, r := range reserved {
		if r == name {
			return true
		}
	}
	return strings.HasPrefix(name, "States.Http.StatusCode.")
}
