// Package compile makes the program of a definition: names become pointers to
// states, fields become expressions of the query language in force, defaults
// are filled in.
//
// It expects a tree in which package check finds no errors and judges only what
// check cannot see, the inside of expressions: their faults are diagnostics at
// the place in the text. One table in language.go says how each query language
// reads its fields; the files of the state types do not know which one it is.
// A definition goes through once, each States block first as a set of empty
// states, so that transitions have something to point to, then state by state.
package compile
