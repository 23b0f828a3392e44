// Package comparison is the rules of a Choice in the JSONPath language.
//
// [Compile] takes a rule as it stands in the definition, such as
// {"Variable": "$.n", "NumericLessThan": 5, "Next": "Small"}, and makes an
// expression of it that gives a boolean. The operators stand in one table that
// validation reads too ([Operators], [Lookup]).
//
// A value of another type than the operator's makes it false, not a failure;
// a Variable or operand path that leads nowhere fails with States.Runtime,
// except under IsPresent. Which rule wins and where it leads is not known
// here.
package comparison
