package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/awsform"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
)

// standardInput is the file name that stands for stdin.
const standardInput = "-"

// reading are the flags that say how a definition is read.
type reading struct {
	as, leaf string
	strict   bool
}

func (r *reading) addFlags(command *cobra.Command) {
	command.Flags().StringVar(&r.as, "type", string(program.Standard), "`type` of the state machine: STANDARD or EXPRESS")
	completeFlag(command, "type", string(program.Standard), string(program.Express))
	command.Flags().StringVar(&r.leaf, "leaf", "", "ask for a `leaf` of Distributed Maps: express-batch, packed-shard or child-workflow")
	completeFlag(command, "leaf", string(program.ExpressBatch), string(program.PackedShard), string(program.ChildWorkflow))
}

// addStrict adds the flag with what it does in the command.
func (r *reading) addStrict(command *cobra.Command, what string) {
	command.Flags().BoolVar(&r.strict, "strict", false, what)
}

func (r *reading) check() error {
	r.as = strings.ToUpper(r.as)
	if r.as != string(program.Standard) && r.as != string(program.Express) {
		return misused("use STANDARD or EXPRESS", "--type %q is no type of state machine", r.as)
	}
	leaves := []program.LeafKind{"", program.ExpressBatch, program.PackedShard, program.ChildWorkflow}
	if !slices.Contains(leaves, program.LeafKind(r.leaf)) {
		return misused("use express-batch, packed-shard or child-workflow", "--leaf %q is no leaf", r.leaf)
	}
	return nil
}

// definition is a definition that was read: program is nil exactly when it is
// not valid.
type definition struct {
	file        string
	text        *source.Text
	program     *program.Program
	diagnostics source.Diagnostics
}

// read reads and translates a definition. The error is only that of reading.
func (r *reading) read(c *console, file string) (*definition, error) {
	name := file
	if file == standardInput {
		name = "stdin"
	}
	text, err := c.readFile(file)
	if err != nil {
		return nil, err
	}
	d := &definition{file: name, text: source.NewText(name, text)}
	options := []translator.Option{translator.Named(name), translator.OfType(program.Type(r.as)), translator.Leaf(program.LeafKind(r.leaf))}
	if r.strict {
		options = append(options, translator.Strict())
	}
	d.program, d.diagnostics = translator.Translate(text, options...)
	return d, nil
}

// report tells people all that there is to say about the definition.
func (d *definition) report(c *console) {
	for _, said := range d.diagnostics {
		d.tell(c, said)
	}
}

// tell tells people one thing about the definition, with the code that AWS has
// for it when that is another one than ours.
func (d *definition) tell(c *console, said source.Diagnostic) {
	switch aws := awsform.Code(said); aws {
	case said.Code:
	case "":
		said.Code += " (AWS: none)"
	default:
		said.Code += " (AWS: " + aws + ")"
	}
	fmt.Fprint(c.err, d.text.Render(said))
}

// readFile gives the content of a file, or of stdin.
func (c *console) readFile(name string) (string, error) {
	if name == standardInput {
		text, err := io.ReadAll(c.in)
		if err != nil {
			return "", failed("", "stdin cannot be read: %s", err)
		}
		return string(text), nil
	}
	text, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", failed("check the path; it is relative to the current folder", "there is no file %s", name)
	case err != nil:
		return "", failed("name a file that can be read, or - for stdin", "%s cannot be read: %s", name, err)
	}
	return string(text), nil
}

// leafPlan is how the items of one Distributed Map will run.
type leafPlan struct {
	State  string           `json:"state"`
	Leaf   program.LeafKind `json:"leaf"`
	Reason string           `json:"reason"`
}

// leafPlans gives the plans of all Distributed Maps, nested ones after the map
// that they are in.
func leafPlans(p *program.Program) []leafPlan {
	plans := []leafPlan{}
	var visit func(m *program.Machine)
	visit = func(m *program.Machine) {
		for _, s := range m.States {
			if s.Map != nil && s.Map.Distributed != nil {
				d := s.Map.Distributed
				plans = append(plans, leafPlan{State: s.Name, Leaf: d.Leaf.Kind, Reason: d.Leaf.Reason})
				visit(d.Item.Root())
			}
			for _, nested := range s.Machines() {
				visit(nested)
			}
		}
	}
	visit(p.Root())
	return plans
}
