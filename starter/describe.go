package main

import "github.com/spf13/cobra"

func newDescribe(c *console) *cobra.Command {
	var at connection
	var machineName string
	var following bool
	format := jsonFirst()
	command := &cobra.Command{
		Use:   "describe NAME|MACHINE/NAME|ARN",
		Short: "Tell all about an execution",
		Long: `Tell all about an execution, as AWS's DescribeExecution does, with the counts of
its Map Runs. It is named by its ARN, by machine and name, or by its name alone.

With --follow, waits for its end, and exits with 0 only when it succeeded. An item
of a Map Run that has no workflow of its own is described as it stands.`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: executionNames(c, &at),
		RunE: func(command *cobra.Command, names []string) error {
			if err := format.check(); err != nil {
				return err
			}
			answer := func(e *execution) error { return c.answerWith(format, e, e.text) }
			ctx := command.Context()
			n, err := at.dial(ctx, c)
			if err != nil {
				return err
			}
			defer n.Close()
			id, err := n.find(ctx, names[0], machineName)
			if err != nil {
				return err
			}
			item, err := n.packedItem(ctx, id)
			if err != nil {
				return err
			}
			if item != nil {
				e, err := n.describeItem(ctx, item)
				if err == nil {
					err = answer(e)
				}
				return err
			}
			if following {
				if _, err := n.look(ctx, id); err != nil {
					return err
				}
				return n.followAndAnswer(ctx, c, id, answer)
			}
			e, err := n.describe(ctx, id, nil)
			if err != nil {
				return err
			}
			return answer(e)
		},
	}
	at.addFlags(command)
	format.addFlag(command)
	command.Flags().StringVar(&machineName, "machine", "", "`name` of the state machine, for an execution given by its name alone")
	command.Flags().BoolVarP(&following, "follow", "f", false, "wait for its end")
	return command
}
