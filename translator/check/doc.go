// Package check says what is wrong with a definition before it runs: every
// fault at once, each with a code, the exact place, the path as AWS writes it
// and a hint that says what to do.
//
// A definition without errors here, whose expressions compile, is one that
// CreateStateMachine of AWS accepts. The rules stand in one ordered table, one
// concept a file; a rule reads the tree of package asl and adds diagnostics, it
// changes nothing and no rule depends on another's findings. What is legal
// where stands in asl's field tables; the rules here are what a table cannot
// say.
//
// The package does not parse expressions: whether a path or an intrinsic call
// is well formed beyond its first characters is package compile's to judge, at
// the same places. It knows neither programs nor how they run.
package check
