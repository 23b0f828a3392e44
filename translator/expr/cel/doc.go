// Package cel is the Common Expression Language (https://cel.dev) over JSON
// values, compiled once and evaluated often, by cel-go.
//
// A text becomes an [Expression] by [Compile], which checks its types: names
// that the expression does not bind are variables that may hold anything, and
// what is made of literals and functions has a type. [Expression.Evaluate]
// computes its value in an [Env]: variables that are looked up by name, the
// time and a stream of random numbers. The result is a pure function of these.
//
// How one datum passes through: a variable is shown to the interpreter as it
// is, its objects as maps in the order of the document and its arrays as lists,
// without copying. What an expression makes keeps the order in which it was
// written: literals of maps and the macros transformMap and transformMapEntry
// are replaced, because those of the interpreter are Go maps and come in a
// random order. The result is read back to a JSON value; a part of the document
// that has passed through whole keeps its numbers as they were written.
//
// A number is what CEL makes of the same literal: 1 is an int, 1.0 and 1e2 are
// doubles, and so are whole numbers that do not fit in 64 bits. Comparisons mix
// the types of numbers, arithmetic does not: double(x) * 1.5.
//
// The language has the standard functions and macros, optional values, cel.bind
// and the extensions strings, math, lists, sets, encoders, regex and
// comprehensions of two variables, at fixed versions. This package adds now(),
// random() and uuid(), which read the Env, and json.decode and json.encode.
// Messages of protocol buffers cannot be made. Time zones are offsets written
// out, since the meaning of a zone's name depends on the machine.
//
// An evaluation is bounded by [MaxCost] and [MaxSize], which count and never
// look at a clock. Every failure is an *[Error].
//
// The package knows nothing of state machines.
package cel
