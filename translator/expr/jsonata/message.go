package jsonata

// Codes of this package's own.
const (
	// CodeFunction is a result that is or holds a function.
	CodeFunction = "U2001"
	// CodeSize is a string or array that passes the limit of size.
	CodeSize = "U2002"
	// CodeArgument is an argument that a function of AWS's dialect refuses.
	CodeArgument = "U2003"
	// CodeSteps is an evaluation that passes the limit of steps, CodeDepth one
	// that passes the limit of depth; the reference has one code for both.
	CodeSteps = "U1001"
	CodeDepth = "U1001"
)

// messages gives the reference's text for a code, with fields in braces.
func messages(code string) string {
	switch code {
	case "S0101":
		return "String literal must be terminated by a matching quote"
	case "S0102":
		return "Number out of range: {token}"
	case "S0103":
		return "Unsupported escape sequence: \\{token}"
	case "S0104":
		return "The escape sequence \\u must be followed by 4 hex digits"
	case "S0105":
		return "Quoted property name must be terminated with a backquote (`)"
	case "S0106":
		return "Comment has no closing tag"
	case "S0201":
		return "Syntax error: {token}"
	case "S0202":
		return "Expected {value}, got {token}"
	case "S0203":
		return "Expected {value} before end of expression"
	case "S0204":
		return "Unknown operator: {token}"
	case "S0207":
		return "Unexpected end of expression"
	case "S0208":
		return "Parameter {value} of function definition must be a variable name (start with $)"
	case "S0209":
		return "A predicate cannot follow a grouping expression in a step"
	case "S0210":
		return "Each step can only have one grouping expression"
	case "S0211":
		return "The symbol {token} cannot be used as a unary operator"
	case "S0212":
		return "The left side of := must be a variable name (start with $)"
	case "S0213":
		return "The literal value {value} cannot be used as a step within a path expression"
	case "S0214":
		return "The right side of {token} must be a variable name (start with $)"
	case "S0215":
		return "A context variable binding must precede any predicates on a step"
	case "S0216":
		return "A context variable binding must precede the 'order-by' clause on a step"
	case "S0217":
		return "The object representing the 'parent' cannot be derived from this expression"
	case "S0301":
		return "Empty regular expressions are not allowed"
	case "S0302":
		return "No terminating / in regular expression"
	case "S0303":
		return "Invalid regular expression: {value}"
	case "S0401":
		return "Type parameters can only be applied to functions and arrays"
	case "S0402":
		return "Choice groups containing parameterized types are not supported"
	}
	return evaluationMessages(code)
}

func evaluationMessages(code string) string {
	switch code {
	case "T0410":
		return "Argument {index} of function {token} does not match function signature"
	case "T0411":
		return "Context value is not a compatible type with argument {index} of function {token}"
	case "T0412":
		return "Argument {index} of function {token} must be an array of {value2}"
	case "D1001":
		return "Number out of range: {value}"
	case "D1002":
		return "Cannot negate a non-numeric value: {value}"
	case "T1003":
		return "Key in object structure must evaluate to a string; got: {value}"
	case "D1004":
		return "Regular expression matches zero length string"
	case "T1005":
		return "Attempted to invoke a non-function. Did you mean ${name}?"
	case "T1006":
		return "Attempted to invoke a non-function"
	case "T1007":
		return "Attempted to partially apply a non-function. Did you mean ${name}?"
	case "T1008":
		return "Attempted to partially apply a non-function"
	case "D1009":
		return "Multiple key definitions evaluate to same key: {value}"
	case "T1010":
		return "The matcher function argument passed to function {token} does not return the correct object structure"
	case "T2001":
		return "The left side of the {token} operator must evaluate to a number"
	case "T2002":
		return "The right side of the {token} operator must evaluate to a number"
	case "T2003":
		return "The left side of the range operator (..) must evaluate to an integer"
	case "T2004":
		return "The right side of the range operator (..) must evaluate to an integer"
	case "T2006":
		return "The right side of the function application operator ~> must be a function"
	case "T2007":
		return "Type mismatch when comparing values {value} and {value2} in order-by clause"
	case "T2008":
		return "The expressions within an order-by clause must evaluate to numeric or string values"
	case "T2009":
		return "The values {value} and {value2} either side of operator {token} must be of the same data type"
	case "T2010":
		return "The expressions either side of operator {token} must evaluate to numeric or string values"
	case "T2011":
		return "The insert/update clause of the transform expression must evaluate to an object: {value}"
	case "T2012":
		return "The delete clause of the transform expression must evaluate to a string or array of strings: {value}"
	case "T2013":
		return "The transform expression clones the input object using the $clone() function.  This has been overridden in the current scope by a non-function."
	case "D2014":
		return "The size of the sequence allocated by the range operator (..) must not exceed 1e6.  Attempted to allocate {value}."
	case CodeFunction:
		return "The result is or holds a function, which is not a JSON value"
	case CodeSize:
		return "Expression evaluation memory limit exceeded"
	}
	return functionMessages(code)
}

func functionMessages(code string) string {
	switch code {
	case "D3001":
		return "Attempting to invoke string function on Infinity or NaN"
	case "D3010":
		return "Second argument of replace function cannot be an empty string"
	case "D3011":
		return "Fourth argument of replace function must evaluate to a positive number"
	case "D3012":
		return "Attempted to replace a matched string with a non-string value"
	case "D3020":
		return "Third argument of split function must evaluate to a positive number"
	case "D3030":
		return "Unable to cast value to a number: {value}"
	case "D3040":
		return "Third argument of match function must evaluate to a positive number"
	case "D3050":
		return "The second argument of reduce function must be a function with at least two arguments"
	case "D3060":
		return "The sqrt function cannot be applied to a negative number: {value}"
	case "D3061":
		return "The power function has resulted in a value that cannot be represented as a JSON number: base={value}, exponent={value2}"
	case "D3070":
		return "The single argument form of the sort function can only be applied to an array of strings or an array of numbers.  Use the second argument to specify a comparison function"
	case "D3120":
		return "Syntax error in expression passed to function eval: {value}"
	case "D3121":
		return "Dynamic error evaluating the expression passed to function eval: {value}"
	case "D3138":
		return "The $single() function expected exactly 1 matching result.  Instead it matched more."
	case "D3139":
		return "The $single() function expected exactly 1 matching result.  Instead it matched 0."
	case "D3140":
		return "Malformed URL passed to ${function}(): {value}"
	}
	return pictureMessages(code)
}

const (
	messageDepth = "Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as tail-recursive."
	messageSteps = "Expression evaluation timeout: Check for infinite loop"
)
