// Package program holds what the translator makes of a definition: a program
// that is ready to run and never changes again, shared by all executions of a
// process.
//
// A [Program] is one [Machine] (its States block) with what stands at the top
// level. Its nodes are plain structs with exported fields so that the machine
// can read them without ceremony; only package compile writes them, before the
// Program is made. Nested machines hang from the states that own them, and the
// ItemProcessor of a Distributed Map is a Program of its own, since its items
// run as executions of their own.
package program
