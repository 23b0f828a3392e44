package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

func newMapRunUpdate(c *console) *cobra.Command {
	var f mapRunFlags
	var u wire.MapRunUpdate
	var concurrency, count int64
	var percentage, rate float64
	command := &cobra.Command{
		Use:   "update MAPRUN-ARN",
		Short: "Change what a running Map Run may do",
		Long: `Change what a running Map Run may do, as AWS's UpdateMapRun does, and how many items
it may start per second, which AWS lacks. Items that run go on to their end when
fewer may run; more start within seconds when more may. The answer is what holds now:
of --max-concurrency never more than 10,000, which is the ceiling of a Map Run on AWS.`,
	}
	f.check = func() error {
		flags := command.Flags()
		if flags.Changed("max-concurrency") {
			u.MaxConcurrency = &concurrency
		}
		if flags.Changed("tolerated-failure-count") {
			u.ToleratedFailureCount = &count
		}
		if flags.Changed("tolerated-failure-percentage") {
			u.ToleratedFailurePercentage = &percentage
		}
		if flags.Changed("rate-limit") {
			u.RateLimit = &rate
		}
		if err := u.Check(); err != nil {
			return misused("see --help for what can be changed", "%s: %s", wire.ValidationException, err)
		}
		return nil
	}
	onMapRun(c, command, &f, func(ctx context.Context, n *cluster, id string) error {
		return n.updateMapRun(ctx, c, mapRunWish{id, u, f.format})
	})
	flags := command.Flags()
	flags.Int64Var(&concurrency, "max-concurrency", 0, "how many executions may run at once (`number`), up to 10,000; 0 for that")
	flags.Int64Var(&count, "tolerated-failure-count", 0, "how many items may fail (`number`)")
	flags.Float64Var(&percentage, "tolerated-failure-percentage", 0, "how many of a hundred items may fail (`number`)")
	flags.Float64Var(&rate, "rate-limit", 0, "how many items may start per second (`number`); 0 for any number")
	return command
}

func newMapRunPause(c *console) *cobra.Command {
	return newMapRunPaused(c, true, &cobra.Command{
		Use:   "pause MAPRUN-ARN",
		Short: "Let a Map Run start nothing until it is resumed",
		Long: `Let a Map Run start nothing until it is resumed. Items that run go on to their end,
with their retries; the execution's timeout goes on too.`,
	})
}

func newMapRunResume(c *console) *cobra.Command {
	return newMapRunPaused(c, false, &cobra.Command{
		Use:   "resume MAPRUN-ARN",
		Short: "Let a Map Run that was paused go on",
	})
}

func newMapRunPaused(c *console, paused bool, command *cobra.Command) *cobra.Command {
	var f mapRunFlags
	return onMapRun(c, command, &f, func(ctx context.Context, n *cluster, id string) error {
		return n.updateMapRun(ctx, c, mapRunWish{id, wire.MapRunUpdate{Paused: &paused}, f.format})
	})
}

func newMapRunStop(c *console) *cobra.Command {
	var f mapRunFlags
	var errorName, cause string
	var wait time.Duration
	command := &cobra.Command{
		Use:   "stop MAPRUN-ARN",
		Short: "Stop a Map Run; its execution goes on",
		Long: `Stop a Map Run, and wait until it has written its results. Items that are under
way are ended; no more are started. Its status becomes ABORTED.

The execution goes on: the Map state fails with the error that is given here, which
its Catch may catch. 'stepwell stop' stops the execution with all its Map Runs.`,
	}
	onMapRun(c, command, &f, func(ctx context.Context, n *cluster, id string) error {
		failure := machine.Failure{Error: value.OfString(errorName), Cause: value.OfString(cause)}
		if _, err := n.changeMapRun(ctx, id, wire.MapRunUpdate{Stop: &failure}); err != nil {
			return err
		}
		waiting, cancel := context.WithTimeout(ctx, wait)
		defer cancel()
		_ = n.GetWorkflow(waiting, id, "").Get(waiting, nil) // how it ends is read from its description
		d, err := n.mapRunDescription(ctx, id)
		if err != nil {
			return err
		}
		if err := c.answerWith(f.format, d, d.text); err != nil {
			return err
		}
		if d.Status == machine.Running {
			return failed("see how it goes: stepwell maprun describe "+d.MapRunARN, "%s has been asked to stop, but did not end within %v", d.MapRunARN, wait)
		}
		return nil
	})
	flags := command.Flags()
	flags.StringVar(&errorName, "error", machine.ErrorTaskFailed, "error `name` to give to the Map state")
	flags.StringVar(&cause, "cause", "The Map Run was stopped.", "`text` that says why")
	flags.DurationVar(&wait, "wait", 2*time.Minute, "how long to wait for its end")
	return command
}

// mapRunWish is an update that is asked for.
type mapRunWish struct {
	id     string
	update wire.MapRunUpdate
	format outputFormat
}

// mapRunLimits is the answer of an update: what holds now.
type mapRunLimits struct {
	MapRunARN                  string  `json:"mapRunArn"`
	MaxConcurrency             int64   `json:"maxConcurrency"`
	ToleratedFailurePercentage float64 `json:"toleratedFailurePercentage"`
	ToleratedFailureCount      int64   `json:"toleratedFailureCount"`
	RateLimit                  float64 `json:"rateLimit"`
	Paused                     bool    `json:"paused"`
}

func (l mapRunLimits) text() string {
	state := ""
	if l.Paused {
		state = ", paused"
	}
	rate := "any number of"
	if l.RateLimit > 0 {
		rate = float(l.RateLimit)
	}
	return fmt.Sprintf("%s\n  %d at once, %s items per second, tolerates %d failures, %s %%%s\n",
		l.MapRunARN, l.MaxConcurrency, rate, l.ToleratedFailureCount, float(l.ToleratedFailurePercentage), state)
}

func (n *cluster) updateMapRun(ctx context.Context, c *console, w mapRunWish) error {
	l, err := n.changeMapRun(ctx, w.id, w.update)
	if err != nil {
		return err
	}
	if asked := w.update.MaxConcurrency; asked != nil && *asked > l.MaxConcurrency {
		c.say("stepwell: %d executions run at once at most, not %d: that is the ceiling of a Map Run", l.MaxConcurrency, *asked)
	}
	answer := mapRunLimits{
		MapRunARN: n.account.arn("mapRun", w.id), MaxConcurrency: l.MaxConcurrency, RateLimit: l.RateLimit, Paused: l.Paused,
		ToleratedFailureCount: l.Tolerance.Count, ToleratedFailurePercentage: l.Tolerance.Percentage,
	}
	return c.answerWith(w.format, answer, answer.text)
}

// updateTime bounds how long a Map Run may take to follow an update.
const updateTime = 20 * time.Second

// changeMapRun changes a running Map Run. It takes a worker to follow.
func (n *cluster) changeMapRun(ctx context.Context, id string, u wire.MapRunUpdate) (limits wire.MapRunLimits, err error) {
	updating, cancel := context.WithTimeout(ctx, updateTime)
	defer cancel()
	handle, err := n.UpdateWorkflow(updating, client.UpdateWorkflowOptions{
		WorkflowID: id, UpdateName: wire.MapRunUpdateName, Args: []any{u}, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err == nil {
		err = handle.Get(updating, &limits)
	}
	return limits, n.refusedUpdate(ctx, id, err)
}

// refusedUpdate makes a fault of an update that was not followed.
func (n *cluster) refusedUpdate(ctx context.Context, id string, err error) error {
	var refused *temporal.ApplicationError
	var gone *serviceerror.NotFound
	switch {
	case err == nil || ctx.Err() != nil:
		return errors.Join(err, ctx.Err())
	case errors.As(err, &refused) && refused.Type() == wire.ValidationException:
		return failed("'stepwell maprun describe' shows how it stands", "%s: %s", wire.ValidationException, refused.Message())
	case errors.As(err, &gone):
		if n.missing(ctx, id) {
			return n.noMapRun(id)
		}
		return failed("'stepwell maprun describe' shows how it ended", "%s: %s", wire.ValidationException,
			&wire.ValidationError{Reason: wire.CompletedReason, Text: "The Map Run has ended: " + n.account.arn("mapRun", id)})
	}
	if polled, asked := n.polled(ctx); asked == nil && !polled {
		return failed("start one with stepwell-worker", "no worker polls task queue %s, so the Map Run cannot follow; it may when there is one", n.taskQueue)
	}
	return n.explain(err, "the Map Run cannot be updated")
}
