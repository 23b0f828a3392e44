package recorded

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// withData reports whether the log includes execution data.
func (c *Case) withData() bool { return c.Settings.Logging.IncludeExecutionData }

// logs reports whether an event goes to the log at the case's level (AWS, "Using
// CloudWatch Logs to log execution history").
func (c *Case) logs(e machine.Event) bool {
	fatal := e.Type == "ExecutionAborted" || e.Type == "ExecutionFailed" || e.Type == "ExecutionTimedOut"
	switch c.Settings.Logging.Level {
	case "FATAL":
		return fatal
	case "ERROR":
		failing := slices.ContainsFunc([]string{"Failed", "TimedOut", "Aborted"}, func(ending string) bool { return strings.HasSuffix(e.Type, ending) })
		return fatal || failing || e.Type == "FailStateEntered"
	}
	return true
}

// executionData are the members that a log leaves out unless it is to include
// execution data (AWS API, LoggingConfiguration).
var executionData = []string{"input", "inputDetails", "output", "outputDetails", "parameters"}

// loggedEvent gives an event as CloudWatch Logs gets it.
func loggedEvent(e machine.Event, arn string, withData bool) value.Value {
	details := value.EmptyObject
	for i, v := range e.Details.Elements() {
		if withData || !slices.Contains(executionData, e.Details.NameAt(i)) {
			details = details.With(e.Details.NameAt(i), v)
		}
	}
	return value.OfObject(
		value.Member{Name: "id", Value: value.OfString(strconv.FormatInt(e.ID, 10))},
		value.Member{Name: "type", Value: value.OfString(e.Type)},
		value.Member{Name: "details", Value: details},
		value.Member{Name: "previous_event_id", Value: value.OfString(strconv.FormatInt(e.Previous, 10))},
		value.Member{Name: "event_timestamp", Value: value.OfString(strconv.FormatInt(e.Time.UnixMilli(), 10))},
		value.Member{Name: "execution_arn", Value: value.OfString(arn)},
		value.Member{Name: "redrive_count", Value: value.OfString("0")},
	)
}
