package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.temporal.io/api/workflowservice/v1"

	"github.com/seed-a99ddb6e/stepwell/machine"
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
// first, until it returns false. where is a condition on them, "" for none. One
// that was redriven has several workflows, of which only the latest is visited.
func (n *cluster) eachExecution(ctx context.Context, where string, visit func(listing) bool) error {
	query := "ExecutionStatus != 'ContinuedAsNew'"
	if where != "" {
		query += " AND " + where
	}
	seen := map[string]bool{}
	var token []byte
	for {
		page, err := n.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{Query: query, PageSize: 500, NextPageToken: token})
		if err != nil {
			return err
		}
		listed := listingsOf(page.GetExecutions())
		redriven := map[string]string{}
		if where != "" { // which may hide the workflow that a redrive has started
			if redriven, err = n.redriven(ctx, listed); err != nil {
				return err
			}
		}
		for _, l := range listed {
			if run, again := redriven[l.WorkflowID]; seen[l.WorkflowID] || again && run != l.RunID {
				continue
			}
			seen[l.WorkflowID] = true
			if !visit(l) {
				return nil
			}
		}
		if token = page.GetNextPageToken(); len(token) == 0 {
			return nil
		}
	}
}

// redriven gives the latest runs of those executions listed as ended without
// success, by the ids of their workflows.
func (n *cluster) redriven(ctx context.Context, listed []listing) (map[string]string, error) {
	const atOnce = 50
	var ids []string
	for _, l := range listed {
		if l.Status != machine.Running && l.Status != machine.Succeeded {
			ids = append(ids, "'"+quoted(l.WorkflowID)+"'")
		}
	}
	latest := map[string]listing{}
	for some := range slices.Chunk(ids, atOnce) {
		query := "ExecutionStatus != 'ContinuedAsNew' AND WorkflowId IN (" + strings.Join(some, ",") + ")"
		for token, more := []byte(nil), true; more; more = len(token) > 0 {
			page, err := n.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{Query: query, PageSize: 500, NextPageToken: token})
			if err != nil {
				return nil, err
			}
			for _, l := range listingsOf(page.GetExecutions()) {
				if before, there := latest[l.WorkflowID]; !there || before.RedriveCount < l.RedriveCount {
					latest[l.WorkflowID] = l
				}
			}
			token = page.GetNextPageToken()
		}
	}
	runs := map[string]string{}
	for id, l := range latest {
		runs[id] = l.RunID
	}
	return runs, nil
}

// quoted makes a text fit to stand between the quotes of a query.
func quoted(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, `\`, `\\`), "'", `\'`)
}

func machineIs(name string) string { return fmt.Sprintf("WorkflowType = '%s'", quoted(name)) }
