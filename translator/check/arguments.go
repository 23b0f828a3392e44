package check

import (
	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// argument lists what one service call cannot do without.
type argument struct {
	service, action string
	required        []string
}

// required are the arguments without which AWS does not accept a Task of an
// optimized integration (AWS guide, "Integrating services with Step
// Functions", and the API references of the services).
var required = []argument{
	{"apigateway", "invoke", []string{"ApiEndpoint", "Method"}},
	{"batch", "submitJob", []string{"JobDefinition", "JobName", "JobQueue"}},
	{"dynamodb", "deleteItem", []string{"TableName", "Key"}},
	{"dynamodb", "getItem", []string{"TableName", "Key"}},
	{"dynamodb", "putItem", []string{"TableName", "Item"}},
	{"dynamodb", "updateItem", []string{"TableName", "Key"}},
	{"ecs", "runTask", []string{"TaskDefinition"}},
	{"events", "putEvents", []string{"Entries"}},
	{"glue", "startJobRun", []string{"JobName"}},
	{"http", "invoke", []string{"Method"}},
	{"lambda", "invoke", []string{"FunctionName"}},
	{"sns", "publish", []string{"Message"}},
	{"sqs", "sendMessage", []string{"QueueUrl", "MessageBody"}},
	{"states", "startExecution", []string{"StateMachineArn"}},
	{"temporal", "executeActivity", []string{"ActivityType"}},
	{"temporal", "executeWorkflow", []string{"WorkflowType"}},
}

// checkArguments: the Parameters of a Task are not a mere number or boolean (JSON
// schema of AWS's language service), and hold what its service needs where they
// are written out.
func checkArguments(c *checker) {
	for _, s := range c.ofType("Task") {
		field := argumentsField(s.Language)
		if n := s.Field(field); n.Kind() == value.Number || n.Kind() == value.Bool {
			c.wrongType(valueOf(s, field), field, value.Object, n)
		}
	}
	c.tasks(func(_ place, n *asl.Node, s *asl.State) {
		field := argumentsField(s.Language)
		arguments := s.Field(field)
		r, ok := asl.ParseResource(n.Text())
		if !ok || arguments.Kind() != value.Object {
			return
		}
		for _, call := range required {
			if call.service == r.Service && call.action == r.Action {
				c.needMembers(place{head(arguments), s.Path + "/" + field}, arguments, need{call.required, s.Language})
			}
		}
	})
}

// argumentsField is the field that holds a call's arguments.
func argumentsField(language string) string {
	if language == asl.JSONPath {
		return "Parameters"
	}
	return "Arguments"
}

// need is what a template must have in a query language.
type need struct {
	names    []string
	language string
}

// needMembers: a template has the members, as they stand or with .$.
func (c *checker) needMembers(p place, template *asl.Node, n need) {
	for _, name := range n.names {
		if template.Get(name) != nil || n.language == asl.JSONPath && template.Get(name+suffix) != nil {
			continue
		}
		hint := "Add '" + name + "'."
		if n.language == asl.JSONPath {
			hint = "Add '" + name + "', or '" + name + suffix + "' with a path."
		}
		c.fault(p, schema(hint, "The field '%s' is required but was missing", name))
	}
}
