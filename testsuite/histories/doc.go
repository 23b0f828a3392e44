// Package histories guards determinism: it keeps histories of executions that
// once ran, and replays them with the workflow code of today. Code that asks
// Temporal for anything else than the code that ran, in another order, or that
// ends otherwise, would break executions that are open when it is deployed; here
// it breaks a test.
//
// A file is one execution: the histories of its own workflow and of all below
// it (Map Runs, shards, items), every run of each. README.md tells how to add
// one, and why none is ever rewritten.
package histories
