package translator

import (
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
	said = append(said, check.Check(def, check.Options{Type: string(s.typeOf(def)), Processor: s.processor})...)
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
	before := said
	for _, f := range faults {
		if f.Code == compile.Unchecked && before.HasErrors() || told(before, f) {
			continue
		}
		said = append(said, f)
	}
	return said
}

func told(said source.Diagnostics, fault source.Diagnostic) bool {
	for _, d := range said {
		if d.Severity == source.Error && d.Span.Start < fault.Span.End && fault.Span.Start < d.Span.End {
			return true
		}
	}
	return false
}
