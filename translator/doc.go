// Package translator is the face of the translation of Amazon States Language
// definitions: text in, an immutable program and diagnostics out.
//
// A definition passes through three rooms: asl reads the text, JSON or YAML,
// to a tree in which every value knows its place; check judges the tree and
// reports all faults at once; compile makes the program of it, with the
// expressions of the query language compiled. The package knows nothing of how
// programs run; it reads no files, no clock and no environment.
package translator
