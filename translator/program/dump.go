package program

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
)

// Dump writes the program for people: its states in document order with their
// transitions, data flow, retriers and catchers, nested machines indented, and
// the leaf of each Distributed Map with its reason. Equal programs give equal
// texts. The error is the writer's.
func (p *Program) Dump(w io.Writer) error {
	_, err := io.WriteString(w, p.String())
	return err
}

// String gives the text that [Program.Dump] writes.
func (p *Program) String() string {
	d := &listing{}
	d.program(p)
	return d.text.String()
}

// listing writes lines with the indentation of where they stand.
type listing struct {
	text  strings.Builder
	depth int
}

func (d *listing) line(format string, args ...any) {
	d.text.WriteString(strings.Repeat("  ", d.depth))
	fmt.Fprintf(&d.text, format, args...)
	d.text.WriteByte('\n')
}

// inside writes what body writes one level deeper.
func (d *listing) inside(body func()) {
	d.depth++
	body()
	d.depth--
}

// field writes a name and a value, unless the value is empty.
func (d *listing) field(name, value string) {
	if value != "" {
		d.line("%-18s %s", name, value)
	}
}

// expr writes a field that holds an expression, unless there is none.
func (d *listing) expr(name string, e expr.Expr) {
	if e != nil {
		d.field(name, e.String())
	}
}

// number writes a field that holds a number, under the name it is spelled by.
func (d *listing) number(n Number) {
	if n.IsSet() {
		d.field(n.Field, n.Expr.String())
	}
}

func (d *listing) program(p *Program) {
	head := string(p.Type())
	if p.IsProcessor() {
		head += " processor"
	}
	if p.Timeout() > 0 {
		head += fmt.Sprintf(", timeout %v", p.Timeout())
	}
	d.line("%s", head)
	if p.Comment() != "" {
		d.line("# %s", strings.Join(strings.Fields(p.Comment()), " "))
	}
	d.machine(p.Root())
}

func (d *listing) machine(m *Machine) {
	d.line("start %s", target(m.StartAt))
	for _, s := range m.States {
		d.line("%s: %s%s", s.Name, s.Type, transition(s))
		d.inside(func() { d.state(s) })
	}
}

func target(s *State) string {
	if s == nil {
		return "nowhere"
	}
	return s.Name
}

// transition tells where a state goes; Choice and the final types have none.
func transition(s *State) string {
	switch {
	case s.Next != nil:
		return " -> " + s.Next.Name
	case s.Type == ChoiceState, s.Type == SucceedState, s.Type == FailState:
		return ""
	}
	return ", end"
}

func (d *listing) state(s *State) {
	if s.Language != JSONPath {
		d.field("language", string(s.Language))
	}
	d.expr("InputPath", s.Flow.InputPath)
	d.own(s)
	d.expr("Parameters", s.Flow.Parameters)
	d.expr("ResultSelector", s.Flow.ResultSelector)
	if s.Flow.ResultPath != nil {
		d.field("ResultPath", s.Flow.ResultPath.String())
	}
	d.expr("OutputPath", s.Flow.OutputPath)
	d.expr("Output", s.Flow.Output)
	d.expr("Assign", s.Assign)
	for _, r := range s.Retry {
		d.field("Retry", r.String())
	}
	for _, c := range s.Catch {
		d.catcher(c)
	}
	d.nested(s)
}

// String tells a retrier in words.
func (r Retrier) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: ", strings.Join(r.ErrorEquals, ", "))
	if r.MaxAttempts == 0 {
		return b.String() + "never"
	}
	fmt.Fprintf(&b, "%s, after %v, rate %v", plural(int(r.MaxAttempts), "time", "times"), time.Duration(r.IntervalSeconds)*time.Second, r.BackoffRate)
	if r.MaxDelaySeconds > 0 {
		fmt.Fprintf(&b, ", at most %v", time.Duration(r.MaxDelaySeconds)*time.Second)
	}
	if r.FullJitter {
		b.WriteString(", full jitter")
	}
	return b.String()
}

func (d *listing) catcher(c Catcher) {
	text := fmt.Sprintf("%s -> %s", strings.Join(c.ErrorEquals, ", "), target(c.Next))
	if c.ResultPath != nil {
		text += ", error to " + c.ResultPath.String()
	}
	d.field("Catch", text)
	d.inside(func() {
		d.expr("Assign", c.Assign)
		d.expr("Output", c.Output)
	})
}
