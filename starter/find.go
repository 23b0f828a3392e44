package main

import (
	"context"
	"fmt"
	"strings"

	"go.temporal.io/api/workflowservice/v1"
)

// find gives the execution that a text names: an ARN, a workflow id
// (machine/name), or a name alone. machine narrows a name down; "" leaves it
// to a search of what Temporal lists.
func (n *cluster) find(ctx context.Context, text, machine string) (identity, error) {
	if id, ok := parseIdentity(text); ok {
		return id, nil
	}
	if strings.HasPrefix(text, "arn:") {
		return identity{}, misused("use arn:aws:states:REGION:ACCOUNT:execution:MACHINE:NAME", "Invalid Arn: %q is not the ARN of an execution", text)
	}
	if err := checkName("the execution's name", text); err != nil {
		return identity{}, err
	}
	if machine != "" {
		return identity{machine: machine, name: text}, nil
	}
	found, err := n.search(ctx, text)
	switch {
	case err != nil:
		return identity{}, n.explain(err, "the execution cannot be looked for")
	case len(found) == 0:
		return identity{}, failed("'stepwell list' shows the executions that exist; MACHINE/NAME or an ARN finds one that is not listed yet",
			"ExecutionDoesNotExist: no execution is called %q in namespace %s at %s", text, n.namespace, n.address)
	case len(found) > 1:
		var names []string
		for _, id := range found {
			names = append(names, id.workflowID())
		}
		return identity{}, failed("say which one: "+strings.Join(names, ", "), "%d executions are called %q", len(found), text)
	}
	return found[0], nil
}

// search gives the executions of a name that Temporal lists.
func (n *cluster) search(ctx context.Context, name string) ([]identity, error) {
	var found []identity
	err := n.eachExecution(ctx, "", func(l listing) bool {
		if l.id.name == name {
			found = append(found, l.id)
		}
		return len(found) < 10
	})
	return found, err
}

// eachExecution calls visit with the executions that Temporal lists, latest
// first, until it returns false. where is a condition on them, "" for none.
func (n *cluster) eachExecution(ctx context.Context, where string, visit func(listing) bool) error {
	query := "ExecutionStatus != 'ContinuedAsNew'"
	if where != "" {
		query += " AND " + where
	}
	var token []byte
	for {
		page, err := n.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{Query: query, PageSize: 500, NextPageToken: token})
		if err != nil {
			return err
		}
		for _, info := range page.GetExecutions() {
			if l, ok := listingOf(info); ok && !visit(l) {
				return nil
			}
		}
		if token = page.GetNextPageToken(); len(token) == 0 {
			return nil
		}
	}
}

// quoted makes a text fit to stand between the quotes of a query.
func quoted(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, `\`, `\\`), "'", `\'`)
}

func machineIs(name string) string { return fmt.Sprintf("WorkflowType = '%s'", quoted(name)) }
