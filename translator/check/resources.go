package check

import (
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// tasks gives the places of the Resources of Task states.
func (c *checker) tasks(visit func(here place, resource *asl.Node, s *asl.State)) {
	for _, s := range c.ofType("Task") {
		if n := s.Field("Resource"); n.Kind() == value.String {
			visit(valueOf(s, "Resource"), n, s)
		}
	}
}

// checkResources: the Resource of a Task is one that AWS or Temporal has. One
// that this version does not perform itself is a warning: a route can.
func checkResources(c *checker) {
	c.tasks(func(here place, n *asl.Node, _ *asl.State) {
		r, ok := asl.ParseResource(n.Text())
		switch {
		case !ok || r.Support() == asl.Unknown:
			c.fault(here, schema(resourceHint(r, ok),
				"The resource provided %s is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.", n.Text()))
		case r.Support() == asl.Planned:
			c.warn(here, says{needsRoute, fmt.Sprintf("This version does not perform %s:%s (%s) itself", r.Service, r.Action, r.Pattern),
				"Give the worker a route that sends this Resource to a Temporal activity or an HTTP endpoint."})
		}
	})
}

func resourceHint(r asl.Resource, parsed bool) string {
	if !parsed {
		return "Write the ARN of a Lambda function, of an activity, or arn:aws:states:::<service>:<action>, such as arn:aws:states:::lambda:invoke."
	}
	sdk := r
	sdk.Service, sdk.Version = "aws-sdk:"+r.Service, ""
	request := r
	request.Pattern, request.Version = asl.RequestResponse, ""
	switch {
	case r.Pattern != asl.RequestResponse && request.Support() != asl.Unknown:
		return fmt.Sprintf("%s:%s has no pattern '.%s'.", r.Service, r.Action, r.Pattern)
	case sdk.Support() != asl.Unknown:
		return fmt.Sprintf("Is it arn:aws:states:::%s:%s?", sdk.Service, sdk.Action)
	}
	return "See the list of service integrations, and check upper and lower case."
}
