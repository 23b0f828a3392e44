// Package jsonata is the query and transformation language JSONata 2.0.6
// (https://docs.jsonata.org), compiled once and evaluated often.
//
// A text becomes an [Expression] by [Compile]; an Expression is immutable and
// may be shared by goroutines. [Expression.Evaluate] computes its value in an
// [Env]: the document, variables that are looked up by name only when the
// expression asks for them, the time and a stream of random numbers. The
// result is a pure function of these: the package reads no clock, has no
// randomness of its own, starts no goroutine and never depends on the order of
// a Go map. Objects keep the order of the document, and a number that passes
// through untouched keeps its literal.
//
// How one datum passes through: the lexer cuts the text into tokens with their
// positions; the parser builds a tree by operator precedence; resolving turns
// that into paths with steps, predicates and bindings, and finds for each
// parent operator the step it speaks of; compiling makes nodes that evaluate
// themselves. A value under evaluation is an item: a JSON value of the document
// as it is, or a sequence, object or function made on the way. Only the result
// becomes a JSON value again.
//
// Every failure is an *[Error] with the code, position and token of the
// reference implementation. An evaluation is bounded by [Limits], which count
// steps, depth and size and never time.
//
// The package knows nothing of state machines. [Options].AWS gives the dialect
// of AWS Step Functions: $eval is taken away and $partition, $range, $hash,
// $uuid, $parse and a seed for $random are added.
//
// Differences from the reference: members of objects stay in the order of the
// document even when their names look like array indexes, and strings are
// sequences of code points where the reference may cut a surrogate pair in two.
package jsonata
