package teststate

// Response is the answer of TestState. The members are AWS's, values being JSON
// texts as there.
type Response struct {
	// Output is "" when the state has none: it failed or will be retried.
	Output string `json:"output,omitempty"`
	// Error and Cause are nil when the state did not fail, or does not say them.
	Error          *string         `json:"error,omitempty"`
	Cause          *string         `json:"cause,omitempty"`
	InspectionData *InspectionData `json:"inspectionData,omitempty"`
	// NextState is "" when the state ends its machine.
	NextState string `json:"nextState,omitempty"`
	Status    Status `json:"status"`
}

// Status is how the state came out.
type Status string

// The statuses.
const (
	Succeeded   Status = "SUCCEEDED"
	Failed      Status = "FAILED"
	Retriable   Status = "RETRIABLE"
	CaughtError Status = "CAUGHT_ERROR"
)

// InspectionData is what the state makes of its data on the way (AWS API,
// InspectionData). A text is "" where the state does not come by, or AWS does
// not tell.
type InspectionData struct {
	Input                      string        `json:"input,omitempty"`
	AfterArguments             string        `json:"afterArguments,omitempty"`
	AfterInputPath             string        `json:"afterInputPath,omitempty"`
	AfterParameters            string        `json:"afterParameters,omitempty"`
	AfterItemsPath             string        `json:"afterItemsPath,omitempty"`
	AfterItemsPointer          string        `json:"afterItemsPointer,omitempty"`
	AfterItemSelector          string        `json:"afterItemSelector,omitempty"`
	AfterItemBatcher           string        `json:"afterItemBatcher,omitempty"`
	MaxConcurrency             *int64        `json:"maxConcurrency,omitempty"`
	ToleratedFailureCount      *int64        `json:"toleratedFailureCount,omitempty"`
	ToleratedFailurePercentage *float64      `json:"toleratedFailurePercentage,omitempty"`
	Result                     string        `json:"result,omitempty"`
	AfterResultSelector        string        `json:"afterResultSelector,omitempty"`
	AfterResultPath            string        `json:"afterResultPath,omitempty"`
	Variables                  string        `json:"variables,omitempty"`
	ErrorDetails               *ErrorDetails `json:"errorDetails,omitempty"`
}

// ErrorDetails say which catcher or retrier takes a failure.
type ErrorDetails struct {
	CatchIndex *int `json:"catchIndex,omitempty"`
	RetryIndex *int `json:"retryIndex,omitempty"`
	// RetryBackoffIntervalSeconds is the time before the next attempt.
	RetryBackoffIntervalSeconds *int64 `json:"retryBackoffIntervalSeconds,omitempty"`
}
