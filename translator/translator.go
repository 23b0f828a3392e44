package translator

import (
	"cmp"
	"slices"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/check"
	"github.com/seed-a99ddb6e/stepwell/translator/compile"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
)

// Translate makes a program of a definition in JSON or YAML. All that there is
// to say about the definition is in the diagnostics, sorted by place; the
// program is nil exactly when one of them is an error. Equal texts and options
// give equal programs. [program.Program.Definition] translates to the same
// program again, with AsProcessor when [program.Program.IsProcessor].
func Translate(text string, options ...Option) (*program.Program, source.Diagnostics) {
	s := settingsOf(options)
	def, said := asl.Parse(source.NewText(s.name, text))
	if def.Machine == nil {
		if !said.HasErrors() { // a definition that is no object
			said = append(said, check.Check(def, check.Options{})...)
		}
		return nil, said.Sort()
	}
	said = append(said, check.Check(def, check.Options{Type: string(s.typeOf(def)), Processor: s.processor, Strict: s.strict})...)
	made, faults := compile.Compile(def, compile.Options{Type: s.as, Processor: s.processor, Leaf: s.leaf})
	said = merge(said, faults)
	if said.HasErrors() {
		made = nil
	}
	return made, said.Sort()
}

// Report renders the diagnostics of the text for people, one after the other:
// name, line and column, what is wrong, the line with a caret, and a hint.
func Report(text string, diagnostics source.Diagnostics, options ...Option) string {
	named := source.NewText(settingsOf(options).name, text)
	var b strings.Builder
	for _, d := range diagnostics {
		b.WriteString(named.Render(d))
	}
	return b.String()
}

// typeOf gives the type that the definition runs as: for a processor that of
// its ProcessorConfig, as it is compiled.
func (s *settings) typeOf(def *asl.Definition) program.Type {
	if s.processor {
		if t := def.Root.Get("ProcessorConfig").Get("ExecutionType").Text(); t != "" {
			return program.Type(t)
		}
		return program.Standard
	}
	return s.as
}

// merge adds the faults of compile to what was said before, leaving out those
// that stand where an error was told already, or only say that the tree is bad.
func merge(said, faults source.Diagnostics) source.Diagnostics {
	errors := said.HasErrors()
	told := placesOf(said)
	for _, f := range faults {
		if f.Code == compile.Unchecked && errors || told.meets(f.Span) {
			continue
		}
		said = append(said, f)
	}
	return said
}

// places are where errors were told, sorted by their start; the end of each is
// the farthest of those up to it.
type places []source.Span

func placesOf(said source.Diagnostics) places {
	var ps places
	for _, d := range said {
		if d.Severity == source.Error {
			ps = append(ps, d.Span)
		}
	}
	slices.SortFunc(ps, func(a, b source.Span) int { return cmp.Compare(a.Start, b.Start) })
	for i := 1; i < len(ps); i++ {
		ps[i].End = max(ps[i].End, ps[i-1].End)
	}
	return ps
}

// meets reports that one of the places has a character of the span.
func (ps places) meets(span source.Span) bool {
	before, _ := slices.BinarySearchFunc(ps, span.End, func(p source.Span, end int) int { return cmp.Compare(p.Start, end) })
	return before > 0 && ps[before-1].End > span.Start
}
