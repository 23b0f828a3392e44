package picture

import "fmt"

// Error is a picture, or a value for it, that the reference refuses.
type Error struct {
	// Code is the reference's, such as D3080.
	Code string
	// Value is what the reference's message quotes: the piece of the picture
	// or the number at fault; nil if it quotes nothing.
	Value any
}

func (e *Error) Error() string {
	if e.Value == nil {
		return e.Code
	}
	return fmt.Sprintf("%s: %v", e.Code, e.Value)
}

// The codes, in the reference's order.
const (
	codeSubPictures     = "D3080" // more than two sub-pictures
	codeDecimals        = "D3081" // more than one decimal separator
	codePercents        = "D3082" // more than one percent
	codePerMilles       = "D3083" // more than one per-mille
	codePercentMille    = "D3084" // percent and per-mille
	codeNoDigit         = "D3085" // no digit in the mantissa
	codePassive         = "D3086" // a passive character between active ones
	codeGroupAtDecimal  = "D3087" // grouping separator beside the decimal one
	codeGroupAtEnd      = "D3088" // grouping separator at the end of the integer part
	codeGroupTwice      = "D3089" // two grouping separators side by side
	codeOptionalInteger = "D3090" // an optional digit behind a mandatory one
	codeOptionalDecimal = "D3091" // a mandatory digit behind an optional one
	codeExponentPercent = "D3092" // percent or per-mille with an exponent
	codeExponent        = "D3093" // an exponent that is not all digits
	codeSequence        = "D3130" // a sequence that is not supported
	codeDigitFamilies   = "D3131" // digits of two families
	codeComponent       = "D3132" // no such component
	codeName            = "D3133" // a component without names
	codeTimezone        = "D3134" // a time zone of more than four digits
	codeBracket         = "D3135" // no closing bracket
	codeInsufficient    = "D3136" // components that do not make a time
	codeTooLarge        = "U1001" // more than the reference's stack could hold
)

func fault(code string, value any) error { return &Error{Code: code, Value: value} }
