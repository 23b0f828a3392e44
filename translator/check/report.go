package check

import (
	"fmt"
	"strconv"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
)

// Codes of diagnostics. Those of the first group are AWS's own (API reference,
// "ValidateStateMachineDefinitionDiagnostic"); those of the second have another
// name at AWS, or none: package awsform has the table.
const (
	schemaFailed   = asl.InvalidSchema
	missingTarget  = "MISSING_TRANSITION_TARGET"
	missingEnd     = "MISSING_END_STATE"
	duplicateName  = "DUPLICATE_STATE_NAME"
	invalidName    = "INVALID_STATE_NAME"
	duplicateLabel = "DUPLICATE_LABEL_NAME"
	invalidLabel   = "INVALID_LABEL_NAME"

	duplicateField = "DUPLICATE_FIELD"
	literalPath    = "LITERAL_PATH"
	unknownError   = "UNKNOWN_ERROR_NAME"
	fieldIgnored   = "FIELD_IGNORED"
	needsRoute     = "RESOURCE_NEEDS_ROUTE"
	unreachable    = "UNREACHABLE_STATE"
	literalField   = "LITERAL_FIELD"
	literalResult  = "LITERAL_RESULT"
)

// place is where a diagnostic stands: in the text and in the definition.
type place struct {
	span source.Span
	path string
}

// field gives the place of the value of a member, or of the object itself when
// it has none such.
func (p place) field(object *asl.Node, name string) place {
	if n := object.Get(name); n != nil {
		return place{n.Span, p.path + "/" + name}
	}
	return p
}

// index writes the place of an element.
func index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// at is the place of a whole state: its name stands for it.
func at(s *asl.State) place { return place{s.NameSpan, s.Path} }

// of is the place of a machine: the opening brace stands for it.
func of(m *asl.Machine) place {
	return place{head(m.Node), m.Path}
}

// head is the first character of a node, for faults of an object or array as a
// whole, which may be long.
func head(n *asl.Node) source.Span {
	return source.Span{Start: n.Span.Start, End: min(n.Span.Start+1, n.Span.End)}
}

// valueOf gives the place of a field's value in a state.
func valueOf(s *asl.State, field string) place {
	return at(s).field(s.Node, field)
}

// says is what there is to say about one place.
type says struct {
	code    string
	summary string
	hint    string
}

// schema is the fault that AWS calls SCHEMA_VALIDATION_FAILED.
func schema(hint, format string, args ...any) says {
	return says{code: schemaFailed, summary: fmt.Sprintf(format, args...), hint: hint}
}

// fault adds an error.
func (c *checker) fault(p place, s says) { c.add(p, s, source.Error) }

// warn adds a warning.
func (c *checker) warn(p place, s says) { c.add(p, s, source.Warning) }

func (c *checker) add(p place, s says, severity source.Severity) {
	if p.path == "" {
		p.path = "/"
	}
	c.found = append(c.found, source.Diagnostic{
		Code: s.code, Severity: severity, Summary: s.summary, Hint: s.hint, Span: p.span, Path: p.path,
	})
}
