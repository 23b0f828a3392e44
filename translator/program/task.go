package program

import "github.com/seed-a99ddb6e/stepwell/translator/expr"

// Task is what a Task state does.
type Task struct {
	Resource    Resource
	Credentials expr.Expr
	// VariesByAttempt tells that the parameters depend on the number of the
	// attempt or its token, so that no attempt may reuse those of another.
	VariesByAttempt bool
	// Timeout and Heartbeat are in seconds.
	Timeout, Heartbeat Number
}

// Pattern is how a task waits for its service.
type Pattern string

// The integration patterns (AWS, "Discover service integration patterns").
const (
	RequestResponse Pattern = "request-response"
	Sync            Pattern = "sync"
	Callback        Pattern = "waitForTaskToken"
	Activity        Pattern = "activity"
)

// Resource is a task's Resource, taken apart.
type Resource struct {
	ARN     string  `json:"arn"`
	Pattern Pattern `json:"pattern"`
	// Service and Action name the integration: lambda and invoke, aws-sdk:s3
	// and getObject. A Lambda function's own ARN has the service lambda and
	// the action function.
	Service string `json:"service"`
	Action  string `json:"action"`
}

// Integration names what performs the task's request, without the ARN's rest:
// the unit that calls are gathered by, and an activity type of Temporal. It
// holds no dot: replay compares only what follows the last dot of an activity
// type.
func (r Resource) Integration() string { return r.Service + ":" + r.Action }

// WatchSuffix follows the integration in the name of what waits for its jobs.
const WatchSuffix = "-sync"

// Watch names what waits for the job that a Sync task has started: an activity
// type too.
func (r Resource) Watch() string { return r.Integration() + WatchSuffix }

// String gives the integration with its pattern, for people.
func (r Resource) String() string {
	switch r.Pattern {
	case Sync, Callback:
		return r.Integration() + "." + string(r.Pattern)
	}
	return r.Integration()
}
