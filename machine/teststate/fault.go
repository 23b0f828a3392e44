package teststate

import (
	"fmt"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/awsform"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
)

// Codes of faults, as AWS names them.
const (
	ValidationException   = "ValidationException"
	InvalidDefinition     = "InvalidDefinition"
	InvalidExecutionInput = "InvalidExecutionInput"
)

// Fault is a request that is refused, in AWS's words.
type Fault struct {
	Code, Message string
	// Member names the member of the request that is to be changed, or given.
	Member string
	// Diagnostics say what is wrong with the definition, with the places in it,
	// when the Code is InvalidDefinition.
	Diagnostics source.Diagnostics
}

func (f *Fault) Error() string { return f.Code + ": " + f.Message }

// refuse gives a ValidationException.
func refuse(member, format string, args ...any) *Fault {
	return &Fault{Code: ValidationException, Message: fmt.Sprintf(format, args...), Member: member}
}

// outside is the fault of a member whose value is none of those it may have.
func outside(member, v, of string) *Fault {
	return refuse(member, "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must satisfy enum value set: %s", v, member, of)
}

// undefined is the fault of a definition that is not valid. AWS's words are
// there for what AWS would read: JSON.
func undefined(definition string, said source.Diagnostics) *Fault {
	message, refused := "", false
	if strings.HasPrefix(strings.TrimLeft(definition, " \t\r\n"), "{") {
		message, refused = awsform.Exception(definition, said)
	}
	if !refused {
		message = ours(said)
	}
	return &Fault{Code: InvalidDefinition, Message: message, Member: "definition", Diagnostics: said}
}

// ours tells diagnostics in AWS's form.
func ours(said source.Diagnostics) string {
	var errors []string
	for _, d := range said {
		if d.Severity != source.Error {
			continue
		}
		told := d.Code + ": " + d.Summary
		if d.Path != "" {
			told += " at " + d.Path
		}
		errors = append(errors, told)
	}
	return "Invalid State Machine Definition: '" + strings.Join(errors, ", ") + "'"
}
