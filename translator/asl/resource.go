package asl

import "strings"

// Resource is the Resource of a Task, taken apart.
type Resource struct {
	ARN string
	// Service and Action name the integration: lambda and invoke, aws-sdk:s3
	// and getObject. A Lambda function's own ARN has the service lambda and the
	// action function, an activity's the service states and the action activity.
	Service, Action string
	// Pattern is how the task waits, one of the constants below.
	Pattern string
	// Version tells two editions of a pattern apart: "2" for .sync:2.
	Version string
	// Name is the function (with its version or alias) or the activity that an
	// ARN names; empty for service integrations.
	Name string
}

// The patterns (AWS, "Discover service integration patterns").
const (
	RequestResponse = "request-response"
	Sync            = "sync"
	Callback        = "waitForTaskToken"
	Activity        = "activity"
)

// ParseResource takes the ARN of a Task's Resource apart. It is false when the
// text has the form of none; whether the service exists [Resource.Support]
// tells. The forms are
//
//	arn:<partition>:lambda:<region>:<account>:function:<name>[:<version or alias>]
//	arn:<partition>:states:<region>:<account>:activity:<name>
//	arn:<partition>:states:[region]:[account]:<service>:<action>[.sync|.sync:2|.waitForTaskToken]
//	arn:<partition>:states:::aws-sdk:<service>:<action>[.waitForTaskToken]
//
// Region and account of a function may be empty, which routes and local
// endpoints do not need.
func ParseResource(text string) (Resource, bool) {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[1] == "" {
		return Resource{}, false
	}
	service, rest := parts[2], parts[5]
	kind, name, _ := strings.Cut(rest, ":")
	switch {
	case name == "" || strings.ContainsAny(text, " \t\r\n"):
		return Resource{}, false
	case service == "lambda" && kind == "function" && strings.Count(name, ":") <= 1:
		return Resource{ARN: text, Service: "lambda", Action: "function", Pattern: RequestResponse, Name: name}, true
	case service != "states":
		return Resource{}, false
	case kind == "activity":
		return Resource{ARN: text, Service: "states", Action: "activity", Pattern: Activity, Name: name}, true
	}
	return parseIntegration(text, rest)
}

// parseIntegration takes <service>:<action>[.<pattern>] apart.
func parseIntegration(arn, rest string) (Resource, bool) {
	r := Resource{ARN: arn, Pattern: RequestResponse}
	call, suffix, has := strings.Cut(rest, ".")
	if has {
		suffix, r.Version, _ = strings.Cut(suffix, ":")
		if suffix != Sync && suffix != Callback || r.Version != "" && r.Version != "2" || r.Version == "2" && suffix != Sync {
			return Resource{}, false
		}
		r.Pattern = suffix
	}
	i := strings.LastIndexByte(call, ':')
	if i <= 0 || i == len(call)-1 {
		return Resource{}, false
	}
	r.Service, r.Action = call[:i], call[i+1:]
	return r, strings.HasPrefix(r.Service, "aws-sdk:") || !strings.Contains(r.Service, ":")
}
