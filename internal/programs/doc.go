// Package programs keeps compiled programs: a definition that travels with
// each execution is compiled once a process, not once an execution.
//
// A [wire.Definition] comes in, whose text must be there (a staged one has to
// be fetched first); a *program.Program comes out, which everybody shares.
// Package programs knows nothing of Temporal and AWS, so that both workflows
// and activities may use it.
package programs
