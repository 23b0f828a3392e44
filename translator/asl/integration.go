package asl

import (
	"slices"
	"strings"
)

// Support is what this version makes of a Resource.
type Support uint8

const (
	// Unknown is a resource that AWS refuses.
	Unknown Support = iota
	// Planned is one that AWS accepts and this version does not perform by
	// itself: it needs a route, or a later version.
	Planned
	// Implemented is one that this version performs.
	Implemented
)

// integration is what is known of one service.
type integration struct {
	service string
	// actions are all that the service has; none means that the list is not
	// known to be complete, so that any is accepted.
	actions  []string
	patterns []string
	// implemented are the actions that this version performs, also with a task
	// token; and those that it waits for, with .sync.
	implemented []string
}

// integrations are the services of Task resources (AWS, "Integrating services
// with Step Functions", table of optimized integrations), and Temporal's own.
var integrations = []integration{
	{"apigateway", []string{"invoke"}, []string{RequestResponse, Callback}, nil},
	{"athena", nil, []string{RequestResponse, Sync}, nil},
	{"batch", []string{"submitJob"}, []string{RequestResponse, Sync}, nil},
	{"bedrock", nil, []string{RequestResponse, Sync, Callback}, nil},
	{"bedrockagentcore", nil, []string{RequestResponse}, nil},
	{"codebuild", nil, []string{RequestResponse, Sync}, nil},
	{"databrew", nil, []string{RequestResponse, Sync}, nil},
	{"dynamodb", []string{"getItem", "putItem", "updateItem", "deleteItem"}, []string{RequestResponse},
		[]string{"getItem", "putItem", "updateItem", "deleteItem"}},
	{"ecs", []string{"runTask"}, []string{RequestResponse, Sync, Callback}, nil},
	{"eks", nil, []string{RequestResponse, Sync, Callback}, nil},
	{"elasticmapreduce", nil, []string{RequestResponse, Sync}, nil},
	{"emr-containers", nil, []string{RequestResponse, Sync}, nil},
	{"emr-serverless", nil, []string{RequestResponse, Sync}, nil},
	{"events", []string{"putEvents"}, []string{RequestResponse, Callback}, nil},
	{"glue", []string{"startJobRun"}, []string{RequestResponse, Sync}, nil},
	{"http", []string{"invoke"}, []string{RequestResponse}, nil},
	{"lambda", []string{"invoke", "function"}, []string{RequestResponse, Callback}, []string{"invoke", "function"}},
	{"mediaconvert", nil, []string{RequestResponse, Sync}, nil},
	{"sagemaker", nil, []string{RequestResponse, Sync}, nil},
	{"sns", []string{"publish"}, []string{RequestResponse, Callback}, nil},
	{"sqs", []string{"sendMessage"}, []string{RequestResponse, Callback}, []string{"sendMessage"}},
	{"states", []string{"startExecution", "activity"}, []string{RequestResponse, Sync, Callback, Activity}, nil},
	{"temporal", []string{"executeActivity", "executeWorkflow"}, []string{RequestResponse, Sync}, []string{"executeActivity", "executeWorkflow", "executeWorkflow.sync"}},
}

// sdkActions are the actions of aws-sdk that this version performs, by service.
var sdkActions = map[string][]string{
	"dynamodb": {"batchGetItem", "batchWriteItem", "deleteItem", "executeStatement", "executeTransaction", "getItem", "putItem", "query", "scan",
		"transactGetItems", "transactWriteItems", "updateItem"},
}

// Support tells what this version makes of the resource.
func (r Resource) Support() Support {
	if service, sdk := strings.CutPrefix(r.Service, "aws-sdk:"); sdk {
		switch {
		case r.Pattern == Sync || !isSDKName(service) || !isSDKName(r.Action):
			return Unknown
		case slices.Contains(sdkActions[service], r.Action):
			return Implemented
		}
		return Planned
	}
	i := slices.IndexFunc(integrations, func(i integration) bool { return i.service == r.Service })
	switch {
	case i < 0:
		return Unknown
	case len(integrations[i].actions) > 0 && !slices.Contains(integrations[i].actions, r.Action):
		return Unknown
	case !slices.Contains(integrations[i].patterns, r.Pattern):
		return Unknown
	case r.Version != "" && r.Service != "states":
		return Unknown
	case r.Pattern == Sync && !slices.Contains(integrations[i].implemented, r.Action+".sync"),
		!slices.Contains(integrations[i].implemented, r.Action):
		return Planned
	}
	return Implemented
}

// isSDKName reports that name begins with a small letter and has letters and
// digits only, as service and action names of aws-sdk resources do.
func isSDKName(name string) bool {
	for i := range len(name) {
		c := name[i]
		if !(c >= 'a' && c <= 'z' || i > 0 && (c >= 'A' && c <= 'Z' || c >= '0' && c <= '9')) {
			return false
		}
	}
	return name != ""
}
