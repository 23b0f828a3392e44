package teststate

import (
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/source"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// wrapping is a definition with the text of one state in it: from start on, and
// with every line moved in by indent. The zero start and indent stand for a text
// that is a definition itself.
type wrapping struct {
	definition    string
	start, indent int
}

func wrapJSON(state string, targets []string) wrapping {
	var b strings.Builder
	b.WriteString(`{"StartAt":"` + stateName + `","States":{`)
	for _, target := range targets {
		b.WriteString(value.OfString(target).String() + `:{"Type":"Succeed"},`)
	}
	b.WriteString(`"` + stateName + `":`)
	start := b.Len()
	b.WriteString(strings.Replace(state, "\ufeff", "   ", 1) + "}}")
	return wrapping{definition: b.String(), start: start}
}

func wrapYAML(state string, targets []string) wrapping {
	const indent = "    "
	var b strings.Builder
	b.WriteString("StartAt: " + stateName + "\nStates:\n")
	for _, target := range targets {
		b.WriteString("  " + value.OfString(target).String() + ": {Type: Succeed}\n")
	}
	b.WriteString("  " + stateName + ":\n")
	start := b.Len()
	for line := range strings.Lines(strings.Replace(state, "\ufeff", "   ", 1)) {
		if strings.HasPrefix(line, "---") { // the mark of a document's beginning
			line = "   " + line[3:]
		}
		b.WriteString(indent + line)
	}
	return wrapping{definition: b.String(), start: start, indent: len(indent)}
}

// unwrap gives where in the state's text a place of the definition is.
func (w wrapping) unwrap(s source.Span) source.Span {
	return source.Span{Start: w.offset(s.Start), End: w.offset(s.End)}
}

func (w wrapping) offset(at int) int {
	if at < w.start {
		return 0
	}
	lines := strings.Count(w.definition[w.start:at], "\n") + 1
	if w.indent == 0 {
		return at - w.start
	}
	return max(0, at-w.start-lines*w.indent)
}
