package awsform

import "github.com/seed-a99ddb6e/stepwell/translator/source"

// phase is when AWS looks for a fault: it reads the text, then judges it by its
// schema, then follows the transitions. Faults of one phase hide those of the
// later ones (recorded: a missing StartAt hides that nothing leads to a state).
type phase uint8

const (
	reading phase = iota
	schema
	// linking, ending and reaching are parts of the last phase, in AWS's order.
	linking
	ending
	reaching
)

// row says what AWS calls one of our codes, by severity.
type row struct {
	code     string
	severity source.Severity
	aws      string
	phase    phase
}

// rows are the codes that AWS has a name for (API reference,
// "ValidateStateMachineDefinitionDiagnostic"). What is not here AWS does not
// say: it accepts the definition, or knows nothing of the matter.
var rows = []row{
	{"INVALID_JSON_DESCRIPTION", source.Error, "INVALID_JSON_DESCRIPTION", reading},
	{"SCHEMA_VALIDATION_FAILED", source.Error, "SCHEMA_VALIDATION_FAILED", schema},
	{"UNCHECKED_DEFINITION", source.Error, "SCHEMA_VALIDATION_FAILED", schema},
	{"DUPLICATE_STATE_NAME", source.Error, "DUPLICATE_STATE_NAME", schema},
	{"INVALID_STATE_NAME", source.Error, "INVALID_STATE_NAME", schema},
	{"DUPLICATE_LABEL_NAME", source.Error, "DUPLICATE_LABEL_NAME", schema},
	{"INVALID_LABEL_NAME", source.Error, "INVALID_LABEL_NAME", schema},
	{"MISSING_TRANSITION_TARGET", source.Error, "MISSING_TRANSITION_TARGET", linking},
	{"MISSING_END_STATE", source.Error, "MISSING_END_STATE", ending},
	{"UNREACHABLE_STATE", source.Error, "MISSING_TRANSITION_TARGET", reaching},
	{"LITERAL_PATH", source.Warning, "NO_DOLLAR", schema},
	{"LITERAL_FIELD", source.Warning, "NO_PATH", schema},
	{"LITERAL_RESULT", source.Warning, "PASS_RESULT_IS_STATIC", schema},
}

// Code gives AWS's code for the diagnostic, "" when AWS does not say it.
func Code(d source.Diagnostic) string {
	if r := rowOf(d); r != nil {
		return r.aws
	}
	return ""
}

func rowOf(d source.Diagnostic) *row {
	for i := range rows {
		if rows[i].code == d.Code && rows[i].severity == d.Severity {
			return &rows[i]
		}
	}
	return nil
}
