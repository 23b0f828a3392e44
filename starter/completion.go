package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-a99ddb6e/stepwell/machine"
)

const (
	// completionTime bounds how long a shell waits for names.
	completionTime = time.Second
	// completions is how many names are offered at most.
	completions = 50
)

// newCompletion gives the command that writes completion scripts. cobra's own
// would take the place of stdout from the root's settings.
func newCompletion(c *console) *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|zsh|fish",
		Short: "Write the script that completes command lines in a shell",
		Long: `Write the script that completes command lines in a shell: commands, flags, and
the executions that Temporal lists. For the current shell:

  source <(stepwell completion bash)
  source <(stepwell completion zsh)
  stepwell completion fish | source`,
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		ValidArgs: []string{"bash", "zsh", "fish"},
		RunE: func(command *cobra.Command, shells []string) error {
			root := command.Root()
			switch shells[0] {
			case "bash":
				return root.GenBashCompletionV2(c.out, true)
			case "zsh":
				return root.GenZshCompletion(c.out)
			default:
				return root.GenFishCompletion(c.out, true)
			}
		},
	}
}

// executionNames completes the argument of a command that takes an execution.
func executionNames(c *console, at *connection) cobra.CompletionFunc {
	return listed(c, at, func(ctx context.Context, n *cluster, offer func(name, description string) bool) {
		_ = n.eachExecution(ctx, "", func(l listing) bool { return offer(l.id.workflowID(), string(l.Status)) })
	})
}

// redrivableNames completes the argument of a command that takes an execution that
// ended without success.
func redrivableNames(c *console, at *connection) cobra.CompletionFunc {
	return listed(c, at, func(ctx context.Context, n *cluster, offer func(name, description string) bool) {
		_ = n.eachExecution(ctx, "", func(l listing) bool {
			return l.Status == machine.Running || l.Status == machine.Succeeded || offer(l.id.workflowID(), string(l.Status))
		})
	})
}

// mapRunNames completes the argument of a command that takes a Map Run.
func mapRunNames(c *console, at *connection) cobra.CompletionFunc {
	return listed(c, at, func(ctx context.Context, n *cluster, offer func(name, description string) bool) {
		_ = n.eachMapRun(ctx, "", func(l mapRunListing) bool { return offer(l.MapRunARN, string(l.Status)) })
	})
}

// listed completes the one argument of a command from what Temporal lists: each
// offers names until it is told to stop. Without an answer in time there is
// nothing to offer; what was listed before an error can be offered all the same.
func listed(c *console, at *connection, each func(ctx context.Context, n *cluster, offer func(name, description string) bool)) cobra.CompletionFunc {
	return func(command *cobra.Command, given []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(given) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		ctx, cancel := context.WithTimeout(command.Context(), completionTime)
		defer cancel()
		n, err := at.dial(ctx, c)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		defer n.Close()
		var names []cobra.Completion
		each(ctx, n, func(name, description string) bool {
			if strings.HasPrefix(name, begun) {
				names = append(names, cobra.CompletionWithDesc(name, description))
			}
			return len(names) < completions
		})
		return names, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// completeFlag completes a flag from the values that it may have.
func completeFlag(command *cobra.Command, flag string, values ...string) {
	// It fails only for a flag that is not there, or that was completed already.
	_ = command.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}
