package expr

import "fmt"

// SyntaxError is a text that is not an expression of its language.
type SyntaxError struct {
	// Offset is where the fault starts, in bytes of the text.
	Offset int
	// Reason says what is wrong, in one line, without a full stop.
	Reason string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%s at offset %d", e.Reason, e.Offset) }

// Fault is one thing wrong with a value that expressions stand in, such as a
// payload template or a rule of a Choice.
type Fault struct {
	// Pointer leads from the value to the faulty one: names of members and
	// decimal indexes of elements.
	Pointer []string
	// Offset is where in the string at Pointer the fault starts, in bytes; 0
	// when the string as a whole, or something else than a string, is wrong.
	Offset int
	// Reason says what is wrong, in one line, without a full stop.
	Reason string
}
