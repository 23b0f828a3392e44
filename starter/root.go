package main

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// run runs one command line and gives its exit code. When ctx ends, the command
// ends as soon as it can; what it started goes on.
func run(ctx context.Context, c *console, arguments []string) int {
	root := newRoot(c)
	root.SetArgs(arguments)
	return c.conclude(root.ExecuteContext(ctx))
}

func newRoot(c *console) *cobra.Command {
	root := &cobra.Command{
		Use:   "stepwell",
		Short: "Runs AWS Step Functions state machines on Temporal",
		Long: `Stepwell runs AWS Step Functions state machines on Temporal.

Settings: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and the other TEMPORAL_* variables
say where Temporal is; STEPWELL_TASK_QUEUE names the workers' task queue.

Answers go to stdout, JSON alone or the table that was asked for; all else goes to
stderr. Exit codes: 0 succeeded, 1 failed, 2 wrong usage.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(_ *cobra.Command, arguments []string) error {
			if len(arguments) > 0 {
				return misused("'stepwell --help' lists the commands", "there is no command %q", arguments[0])
			}
			return misused("'stepwell --help' lists the commands", "which command?")
		},
		// Without this cobra would show its help and succeed.
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	root.SetFlagErrorFunc(func(command *cobra.Command, err error) error { return misused(helpOf(command), "%s", flagFault(err)) })
	root.SetIn(c.in)
	root.SetOut(c.out) // what shells ask for while they complete a line
	root.SetErr(c.err)
	help := root.HelpFunc()
	root.SetHelpFunc(func(command *cobra.Command, arguments []string) {
		command.SetOut(c.err)
		help(command, arguments)
	})
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(
		newValidate(c), newTestState(c), newRun(c), newStart(c), newDescribe(c), newHistory(c), newResults(c), newList(c), newStop(c), newRedrive(c), newMapRun(c),
		newDoctor(c), newCompletion(c), newVersion(c),
	)
	for _, command := range root.Commands() {
		classify(command)
		for _, below := range command.Commands() {
			classify(below)
		}
	}
	return root
}

// flagFault says what is wrong with a flag, in words of a command line in place of
// Go's.
func flagFault(err error) string {
	said := err.Error()
	if before, _, ok := strings.Cut(said, " flag: time: "); ok {
		return before + " flag: it must be a duration, such as 90s"
	}
	var number *strconv.NumError
	if !errors.As(err, &number) {
		return said
	}
	wants := map[string]string{"ParseInt": "it must be a whole number", "ParseFloat": "it must be a number", "ParseBool": "it must be true or false"}[number.Func]
	if errors.Is(number.Err, strconv.ErrRange) {
		wants = "it is out of range"
	}
	return strings.Replace(said, number.Error(), wants, 1)
}

// classify makes faults of a command's errors: what cobra says of arguments is
// a fault of the command line, other errors are none unless they say so.
func classify(command *cobra.Command) {
	arguments, body := command.Args, command.RunE
	command.Args = func(command *cobra.Command, given []string) error {
		err := arguments(command, given)
		if f := (*fault)(nil); errors.As(err, &f) {
			return f
		}
		if err != nil {
			return misused(helpOf(command), "wrong arguments; usage: %s", command.UseLine())
		}
		return nil
	}
	command.RunE = func(command *cobra.Command, given []string) error {
		err := body(command, given)
		if err != nil && errors.Is(err, context.Canceled) && command.Context().Err() != nil {
			return failed("", "interrupted")
		}
		return err
	}
}

func helpOf(command *cobra.Command) string {
	return "'" + command.CommandPath() + " --help' shows how it is used"
}
