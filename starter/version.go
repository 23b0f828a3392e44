package main

import (
	"runtime"

	"github.com/spf13/cobra"
)

func newVersion(c *console) *cobra.Command {
	format := jsonFirst()
	command := &cobra.Command{
		Use:   "version",
		Short: "Tell the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := format.check(); err != nil {
				return err
			}
			return c.answerWith(format, struct {
				Version string `json:"version"`
				Go      string `json:"go"`
			}{version, runtime.Version()}, func() string { return "stepwell " + version + " (" + runtime.Version() + ")\n" })
		},
	}
	format.addFlag(command)
	return command
}
