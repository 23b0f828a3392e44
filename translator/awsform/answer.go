package awsform

import (
	"cmp"
	"slices"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/source"
)

// The results of ValidateStateMachineDefinition.
const (
	OK   = "OK"
	Fail = "FAIL"
)

// MaxResults is how many diagnostics an answer holds at most, and how many
// unless asked otherwise (API reference, "ValidateStateMachineDefinition").
const MaxResults = 100

// Answer is what ValidateStateMachineDefinition answers.
type Answer struct {
	// Result is OK or FAIL; warnings leave it OK.
	Result      string       `json:"result"`
	Diagnostics []Diagnostic `json:"diagnostics"`
	// Truncated tells that there are more diagnostics than asked for.
	Truncated bool `json:"truncated"`
}

// Diagnostic is one entry of the answer.
type Diagnostic struct {
	Severity source.Severity `json:"severity"`
	Code     string          `json:"code"`
	Message  string          `json:"message"`
	// Location is such as /States/A/Next; empty where AWS gives none.
	Location string `json:"location,omitempty"`
}

// Options are the parameters of the request besides definition and type.
type Options struct {
	// Severity is the least that is told: ERROR, which is also the zero value's
	// meaning, or WARNING.
	Severity source.Severity
	// MaxResults bounds the diagnostics; 0 means [MaxResults].
	MaxResults int
}

// Validate gives AWS's answer for the text of a definition, from what
// translator.Translate said of it.
func Validate(text string, said source.Diagnostics, options Options) Answer {
	all := diagnostics(text, said)
	answer := Answer{Result: OK, Diagnostics: []Diagnostic{}}
	for _, d := range all {
		if d.Severity == source.Error {
			answer.Result = Fail
		} else if options.Severity != source.Warning {
			continue
		}
		answer.Diagnostics = append(answer.Diagnostics, d)
	}
	most := options.MaxResults
	if most <= 0 || most > MaxResults {
		most = MaxResults
	}
	if len(answer.Diagnostics) > most {
		answer.Diagnostics, answer.Truncated = answer.Diagnostics[:most], true
	}
	return answer
}

// Exception gives the message of the InvalidDefinition with which
// CreateStateMachine refuses the text; it is false when AWS accepts it.
func Exception(text string, said source.Diagnostics) (message string, refused bool) {
	var faults []string
	for _, d := range Validate(text, said, Options{}).Diagnostics {
		location := cmp.Or(d.Location, "null") // as AWS writes none
		faults = append(faults, d.Code+": "+d.Message+" at "+location)
	}
	if len(faults) == 0 {
		return "", false
	}
	return "Invalid State Machine Definition: '" + strings.Join(faults, ", ") + "'", true
}

// found is a diagnostic on its way, with its place in AWS's order.
type found struct {
	Diagnostic
	phase phase
}

// diagnostics gives all that AWS says, in its order.
func diagnostics(text string, said source.Diagnostics) []Diagnostic {
	var all []found
	first := reaching
	for _, d := range said {
		r := rowOf(d)
		if r == nil {
			continue
		}
		if r.phase == reading {
			if fault := read(text); fault != nil {
				return []Diagnostic{*fault}
			}
		}
		if d.Severity == source.Error {
			first = min(first, r.phase)
		}
		all = append(all, found{Diagnostic{d.Severity, r.aws, d.Summary, location(d, *r)}, r.phase})
	}
	slices.SortStableFunc(all, func(a, b found) int { return cmp.Compare(a.phase, b.phase) })
	var told []Diagnostic
	seen := make(map[Diagnostic]bool, len(all))
	for _, f := range all {
		hidden := first <= schema && f.phase > first && f.Severity == source.Error
		if !hidden && !seen[f.Diagnostic] {
			seen[f.Diagnostic] = true
			told = append(told, f.Diagnostic)
		}
	}
	return told
}

// notAnObject is what AWS says, without a place, of texts that hold no object.
const notAnObject = "Definition must be a valid JSON object"

// location gives the place as AWS has it: none for a definition that is no
// object, and for a workflow that does not end (public measurements).
func location(d source.Diagnostic, r row) string {
	if r.phase == ending || r.phase == reading || d.Summary == notAnObject {
		return ""
	}
	return d.Path
}

// read tells a text that is no JSON in the words of AWS's parser, and one that
// is JSON, but no object; nil when AWS could read it.
func read(text string) *Diagnostic {
	p := &jackson{text: units(text)}
	kind, fault := p.document()
	switch {
	case fault != nil:
		return &Diagnostic{source.Error, "INVALID_JSON_DESCRIPTION", fault.message + "\n at " + fault.location, fault.location}
	case kind != '{':
		return &Diagnostic{source.Error, "SCHEMA_VALIDATION_FAILED", notAnObject, ""}
	}
	return nil
}
