package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-a99ddb6e/stepwell/translator/awsform"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
)

// formatAWS asks for the answer of ValidateStateMachineDefinition.
const formatAWS = "aws"

// awsLimits are the parameters of ValidateStateMachineDefinition that say how
// much is told.
type awsLimits struct {
	severity string
	results  int
}

func (l *awsLimits) addFlags(command *cobra.Command) {
	command.Flags().StringVar(&l.severity, "severity", "", "with --format aws: the least `severity` that is told, ERROR (the default) or WARNING")
	completeFlag(command, "severity", string(source.Error), string(source.Warning))
	command.Flags().IntVar(&l.results, "max-results", 0, "with --format aws: the most diagnostics, up to 100; 0 means 100")
}

// unused refuses the flags where they mean nothing.
func (l awsLimits) unused() error {
	if l.severity != "" || l.results != 0 {
		return misused("add --format aws", "--severity and --max-results are parameters of AWS's answer")
	}
	return nil
}

func (l awsLimits) options() (awsform.Options, error) {
	options := awsform.Options{Severity: source.Severity(strings.ToUpper(l.severity)), MaxResults: l.results}
	switch options.Severity {
	case "", source.Error, source.Warning:
	default:
		return options, misused("use ERROR or WARNING", "--severity %q is no severity", l.severity)
	}
	if l.results < 0 || l.results > awsform.MaxResults {
		return options, misused("use 0 to 100", "--max-results %d is out of range", l.results)
	}
	return options, nil
}

// validateAsAWS answers as AWS does, once for each file. What stands in the way
// here and not at AWS is told to people, and makes the definition invalid as
// without the flag.
func validateAsAWS(c *console, how *reading, files []string, limits awsLimits) error {
	options, err := limits.options()
	if err != nil {
		return err
	}
	runs := true
	for _, file := range files {
		d, err := how.read(c, file)
		if err != nil {
			return err
		}
		for _, said := range d.diagnostics {
			if awsform.Code(said) == "" && said.Severity == source.Error {
				d.tell(c, said)
			}
		}
		answer := awsform.Validate(d.text.String(), d.diagnostics, options)
		runs = runs && d.program != nil && answer.Result == awsform.OK
		if err := c.answer(answer); err != nil {
			return err
		}
	}
	if !runs {
		return told{}
	}
	return nil
}
