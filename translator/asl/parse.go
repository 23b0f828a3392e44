package asl

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/seed-a99ddb6e/stepwell/translator/source"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Codes of the diagnostics of this package, as ValidateStateMachineDefinition
// of AWS spells them.
const (
	// InvalidText is a text that is not JSON, or YAML that JSON cannot say.
	InvalidText = "INVALID_JSON_DESCRIPTION"
	// InvalidSchema is a text that is JSON, but no object, or over a limit.
	InvalidSchema = "SCHEMA_VALIDATION_FAILED"
)

const (
	// MaxCharacters is the size of a definition that AWS accepts
	// (CreateStateMachine, "definition").
	MaxCharacters = 1_048_576
	// maxDepth bounds how deep arrays and objects nest.
	maxDepth = 1000
)

const notAnObject = "Definition must be a valid JSON object"

// Parse reads a definition: JSON when its first visible character is an opening
// brace, YAML otherwise. The Definition is never nil; its Root is nil when the
// text could not be read to its end, its Machine is nil when the text is not an
// object. Nothing but the spelling is judged.
func Parse(text *source.Text) (*Definition, source.Diagnostics) {
	d := &Definition{Text: text}
	content := text.String()
	if fault, found := refuse(content); found {
		return d, source.Diagnostics{fault}
	}
	var faults source.Diagnostics
	if start := strings.TrimLeft(content, " \t\r\n\ufeff"); strings.HasPrefix(start, "{") {
		d.Root, faults = parseJSON(content)
	} else {
		d.YAML = true
		d.Root, faults = parseYAML(text)
	}
	if d.Root.Kind() == value.Object {
		d.Machine = newMachine(d.Root, "", JSONPath, nil)
	}
	return d, faults
}

// refuse finds what makes a text unfit for reading at all.
func refuse(content string) (source.Diagnostic, bool) {
	if n := utf8.RuneCountInString(content); n > MaxCharacters {
		return source.Diagnostic{
			Code: InvalidSchema, Severity: source.Error,
			Summary: fmt.Sprintf("The definition is %d characters long; at most %d are allowed", n, MaxCharacters),
			Hint:    "Move parts of it into state machines of their own, started by a Task.",
		}, true
	}
	if !utf8.ValidString(content) {
		at := 0
		for at < len(content) {
			r, size := utf8.DecodeRuneInString(content[at:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			at += size
		}
		return source.Diagnostic{
			Code: InvalidText, Severity: source.Error,
			Summary: "The definition is not UTF-8 text", Hint: "Save the file with the encoding UTF-8.",
			Span: source.Span{Start: at, End: at + 1},
		}, true
	}
	return source.Diagnostic{}, false
}
