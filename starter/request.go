package main

import (
	crand "crypto/rand"
	"encoding/binary"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// wish are the flags that say what is to be started, and how.
type wish struct {
	reading
	connection
	machine, name, roleARN, input string
}

func (w *wish) addFlags(command *cobra.Command) {
	w.reading.addFlags(command)
	w.reading.addStrict(command, "refuse what AWS does not have, and keep AWS's limits of 256 KiB and 25,000 events")
	w.connection.addFlags(command)
	flags := command.Flags()
	flags.StringVarP(&w.input, "input", "i", "{}", "input of the execution: `JSON`, @file, or - for stdin")
	flags.StringVar(&w.name, "name", "", "`name` of the execution (default a UUID)")
	flags.StringVar(&w.machine, "machine", "", "`name` of the state machine (default the file's name without extensions)")
	flags.StringVar(&w.roleARN, "role-arn", "", "`ARN` that the context object shows as the execution's role")
}

// request is an execution to be started.
type request struct {
	id        identity
	execution wire.Execution
	// summary says in one line what the execution does.
	summary string
}

// request makes a request of the definition in the file, and checks all that
// can be checked without Temporal.
func (w *wish) request(c *console, file string) (*request, error) {
	if err := w.check(); err != nil {
		return nil, err
	}
	if w.machine == "" && file == standardInput {
		return nil, misused("name it: --machine NAME", "a definition from stdin gives no name for the state machine")
	}
	if w.machine == "" {
		w.machine = machineNameOf(file)
		if why := nameFault(w.machine); why != "" {
			return nil, misused("name the state machine: --machine NAME", "the file name %q gives no name for a state machine: %s", file, why)
		}
	}
	if err := checkName("--machine", w.machine); err != nil {
		return nil, err
	}
	if w.name == "" {
		w.name = uuid.NewString()
	}
	if err := checkName("--name", w.name); err != nil {
		return nil, err
	}
	if file == standardInput && w.input == standardInput {
		return nil, misused("give one of them as a file", "definition and input cannot both come from stdin")
	}
	input, err := c.readInput(w.input)
	if err != nil {
		return nil, err
	}
	if err := c.checkInput(input); err != nil {
		return nil, err
	}
	d, err := w.read(c, file)
	if err != nil {
		return nil, err
	}
	d.report(c)
	if d.program == nil {
		return nil, failed("correct what is marked; 'stepwell validate' checks again", "Invalid State Machine Definition: %s", d.file)
	}
	d.tellLeaves(c, program.LeafKind(w.leaf))
	return w.compose(c.account(), d, input), nil
}

func (w *wish) compose(a account, d *definition, input value.Value) *request {
	id := identity{machine: w.machine, name: w.name}
	express := d.program.Type() == program.Express
	if express {
		id.uuid = uuid.NewString()
	}
	summary := d.program.Comment()
	if summary == "" {
		summary = d.file
	}
	return &request{
		id:      id,
		summary: summary,
		execution: wire.Execution{
			Definition: wire.Definition{
				Text: wire.PlainText(d.program.Definition()),
				Type: string(d.program.Type()),
				Leaf: w.leaf,
			},
			Origin: machine.Origin{
				ID:               a.executionARN(id),
				Name:             id.name,
				StateMachineID:   a.machineARN(id.machine),
				StateMachineName: id.machine,
				RoleArn:          w.roleARN,
				StartTime:        time.Now().UTC().Truncate(time.Millisecond),
				Seed:             seed(),
				Express:          express,
				Strict:           w.strict,
			},
			Input: input,
		},
	}
}

// tellLeaves says where a leaf that was asked for could not be had.
func (d *definition) tellLeaves(c *console, asked program.LeafKind) {
	if asked == "" {
		return
	}
	for _, m := range leafPlans(d.program) {
		if m.Leaf != asked {
			c.say("stepwell: %s cannot run as %s: %s (%s)", m.State, asked, m.Leaf, m.Reason)
		}
	}
}

func seed() uint64 {
	var b [8]byte
	crand.Read(b[:]) // never fails
	return binary.LittleEndian.Uint64(b[:])
}
