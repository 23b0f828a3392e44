package cel

// Code tells failures apart.
type Code string

// The codes.
const (
	// CodeSyntax is a text that is no expression, or one whose types do not fit.
	CodeSyntax Code = "SYNTAX"
	// CodeMissing is a variable, member or element that is not there.
	CodeMissing Code = "MISSING"
	// CodeEvaluation is an evaluation that failed otherwise.
	CodeEvaluation Code = "EVALUATION"
	// CodeCost is an evaluation that passes the limit of cost, CodeSize one whose
	// result passes the limit of size.
	CodeCost Code = "COST"
	CodeSize Code = "SIZE"
	// CodeResult is a result that is no JSON value.
	CodeResult Code = "RESULT"
)

// Error is an expression that cannot be compiled, or an evaluation that failed.
type Error struct {
	Code Code
	// Message says what is wrong, in one line, without a full stop.
	Message string
	// Offset is where, in bytes of the text; only for CodeSyntax.
	Offset int
}

func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }
