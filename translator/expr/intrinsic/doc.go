// Package intrinsic is the intrinsic functions of the JSONPath language, such
// as States.Format('Hello {}', $.name).
//
// [Parse] compiles a call with all that is nested in it, checking names and
// numbers of arguments; a [Call] then evaluates to a value. The functions
// stand in one table, with the kinds of their arguments; a new one is a row,
// a function and a case.
//
// Results and failures are those that AWS shows, which its guide does not
// always tell: a call that fails is States.Runtime with the whole call in the
// cause; States.MathAdd rounds a half upwards, other functions cut fractions
// off; States.Format writes arrays and objects as Java does, {a=1}. Random
// numbers come from the Env alone.
package intrinsic
