// Package query makes [expr.Expr]s of fields in the query languages whose
// expressions stand whole in strings, between {% and %}: JSONata and CEL.
//
// A [Language] compiles what stands between the delimiters. This package knows
// what all of them have in common: which strings are expressions, where an
// expression stands in its state, and the words in which AWS tells of one that
// failed (AWS, "Transforming data with JSONata in Step Functions"). It knows
// neither the fields of states nor a single language's syntax.
//
// One datum passes through like this: a field's value goes to [Compile]; every
// string in it that begins with {% becomes a [Query] of the language, the rest
// stays literal; Eval gives the value with each expression replaced by its
// result.
package query
