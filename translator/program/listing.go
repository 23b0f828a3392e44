package program

import (
	"fmt"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
)

// own writes what only states of the type have.
func (d *listing) own(s *State) {
	switch {
	case s.Task != nil:
		d.field("Resource", fmt.Sprintf("%s (%s)", s.Task.Resource.ARN, s.Task.Resource))
		d.expr("Credentials", s.Task.Credentials)
		d.number(s.Task.Timeout)
		d.number(s.Task.Heartbeat)
	case s.Pass != nil:
		d.expr("Result", s.Pass.Result)
	case s.Choice != nil:
		d.choice(s.Choice)
	case s.Wait != nil:
		d.number(s.Wait.Seconds)
		d.number(s.Wait.Timestamp)
	case s.Fail != nil:
		d.spelled("Error", s.Fail.ErrorField, s.Fail.Error)
		d.spelled("Cause", s.Fail.CauseField, s.Fail.Cause)
	case s.Map != nil:
		d.mapping(s.Map)
	}
}

// spelled writes a field of a Fail state, which has two spellings.
func (d *listing) spelled(name, spelling string, e expr.Expr) {
	if spelling != "" {
		name = spelling
	}
	d.expr(name, e)
}

func (d *listing) choice(c *Choice) {
	for _, r := range c.Rules {
		d.field("when", fmt.Sprintf("%s -> %s", r.Condition, target(r.Next)))
		d.inside(func() {
			d.expr("Assign", r.Assign)
			d.expr("Output", r.Output)
		})
	}
	if c.Default != nil {
		d.field("otherwise", "-> "+c.Default.Name)
	}
}

func (d *listing) mapping(m *Map) {
	d.expr("Items", m.Items)
	d.expr("ItemSelector", m.ItemSelector)
	d.number(m.MaxConcurrency)
	if m.Distributed == nil {
		return
	}
	x := m.Distributed
	d.field("Label", x.Label)
	d.field("leaf", fmt.Sprintf("%s (%s)", x.Leaf.Kind, x.Leaf.Reason))
	if x.Reader != nil {
		d.field("ItemReader", x.Reader.Resource)
		d.inside(func() {
			d.expr("Parameters", x.Reader.Parameters)
			d.field("ReaderConfig", x.Reader.Config.String())
			d.number(x.Reader.MaxItems)
		})
	}
	if x.Batcher != nil {
		d.line("ItemBatcher")
		d.inside(func() {
			d.number(x.Batcher.MaxItemsPerBatch)
			d.number(x.Batcher.MaxInputBytesPerBatch)
			d.expr("BatchInput", x.Batcher.BatchInput)
		})
	}
	if x.Writer != nil {
		d.line("%s", strings.TrimSpace(fmt.Sprintf("%-18s %s", "ResultWriter", x.Writer.Resource)))
		d.inside(func() {
			d.expr("Parameters", x.Writer.Parameters)
			d.field("Transformation", x.Writer.Transformation)
			d.field("OutputType", x.Writer.OutputType)
		})
	}
	d.number(x.ToleratedFailureCount)
	d.number(x.ToleratedFailurePercentage)
}

// String lists the settings that are there.
func (c ReaderConfig) String() string {
	var parts []string
	for _, setting := range [][2]string{
		{"InputType", c.InputType}, {"ManifestType", c.ManifestType}, {"Transformation", c.Transformation},
		{"CSVHeaderLocation", c.CSVHeaderLocation}, {"CSVHeaders", strings.Join(c.CSVHeaders, "|")},
		{"CSVDelimiter", c.CSVDelimiter}, {"ItemsPointer", c.ItemsPointer},
	} {
		if setting[1] != "" {
			parts = append(parts, setting[0]+" "+setting[1])
		}
	}
	return strings.Join(parts, ", ")
}

// nested writes the machines that hang from a state.
func (d *listing) nested(s *State) {
	switch {
	case s.Parallel != nil:
		for i, b := range s.Parallel.Branches {
			d.line("branch %d", i)
			d.inside(func() { d.machine(b) })
		}
	case s.Map != nil && s.Map.Distributed != nil:
		d.line("item")
		d.inside(func() { d.program(s.Map.Distributed.Item) })
	case s.Map != nil:
		d.line("item")
		d.inside(func() { d.machine(s.Map.Processor) })
	}
}
