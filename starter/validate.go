package main

import (
	"github.com/spf13/cobra"

	"github.com/seed-a99ddb6e/stepwell/translator/awsform"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
)

func newValidate(c *console) *cobra.Command {
	var how reading
	format := outputFormat{forms: []string{"text", "json", formatAWS}}
	var limits awsLimits
	command := &cobra.Command{
		Use:   "validate FILE...",
		Short: "Check definitions in JSON or YAML",
		Long: `Check definitions in JSON or YAML; the file - is stdin.

Tells all faults at once, and how the items of each Distributed Map would run.
Exits with 0 when all definitions are valid (warnings are allowed), with 1 when not.

With --format aws the answer is that of AWS's ValidateStateMachineDefinition, one
for each file; --severity and --max-results are its parameters. What AWS would not
say goes to stderr.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, files []string) error {
			if err := how.check(); err != nil {
				return err
			}
			if err := format.check(); err != nil {
				return err
			}
			if format.value == formatAWS {
				return validateAsAWS(c, &how, files, limits)
			}
			if err := limits.unused(); err != nil {
				return err
			}
			return validate(c, &how, files, format)
		},
	}
	how.addFlags(command)
	how.addStrict(command, "refuse what AWS does not have, such as the query language CEL")
	format.addFlag(command)
	command.Flags().StringVar(&format.value, "format", format.forms[0], "another name of --output")
	completeFlag(command, "format", format.forms...)
	limits.addFlags(command)
	return command
}

func validate(c *console, how *reading, files []string, format outputFormat) error {
	all := verdicts{Result: valid}
	for _, file := range files {
		d, err := how.read(c, file)
		if err != nil {
			return err
		}
		v := d.verdict()
		if v.Result != valid {
			all.Result = v.Result
		}
		all.Definitions = append(all.Definitions, v)
		if !format.isJSON() {
			d.report(c)
			v.tell(c)
		}
	}
	if format.isJSON() {
		if err := c.answer(all); err != nil {
			return err
		}
	}
	if all.Result != valid {
		return told{}
	}
	return nil
}

// verdicts are what validate finds, in the terms of AWS's
// ValidateStateMachineDefinition.
type verdicts struct {
	Result      string    `json:"result"`
	Definitions []verdict `json:"definitions"`
}

// The results, as AWS names them.
const (
	valid    = "OK"
	notValid = "FAIL"
)

// verdict is what there is to say about one definition.
type verdict struct {
	File            string     `json:"file"`
	Result          string     `json:"result"`
	Diagnostics     []finding  `json:"diagnostics"`
	DistributedMaps []leafPlan `json:"distributedMaps,omitempty"`
}

// finding is a diagnostic. Location is the path in the definition.
type finding struct {
	Severity source.Severity `json:"severity"`
	Code     string          `json:"code"`
	// AWSCode is what AWS calls it, empty when AWS does not say it.
	AWSCode  string `json:"awsCode,omitempty"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
	Location string `json:"location,omitempty"`
	source.Position
}

func (d *definition) verdict() verdict {
	v := verdict{File: d.file, Result: notValid, Diagnostics: []finding{}}
	for _, said := range d.diagnostics {
		v.Diagnostics = append(v.Diagnostics, finding{
			Severity: said.Severity,
			Code:     said.Code,
			AWSCode:  awsform.Code(said),
			Message:  said.Summary,
			Hint:     said.Hint,
			Location: said.Path,
			Position: d.text.Position(said.Span.Start),
		})
	}
	if d.program != nil {
		v.Result = valid
		v.DistributedMaps = leafPlans(d.program)
	}
	return v
}

// tell says how the definition came out, and how its maps would run.
func (v verdict) tell(c *console) {
	errors, warnings := 0, 0
	for _, f := range v.Diagnostics {
		if f.Severity == source.Error {
			errors++
		} else {
			warnings++
		}
	}
	switch {
	case v.Result != valid:
		c.say("%s: not valid: %s, %s", v.File, plural(errors, "error"), plural(warnings, "warning"))
	case warnings > 0:
		c.say("%s: valid, with %s", v.File, plural(warnings, "warning"))
	default:
		c.say("%s: valid", v.File)
	}
	for _, m := range v.DistributedMaps {
		c.say("  %s: %s (%s)", m.State, m.Leaf, m.Reason)
	}
}
