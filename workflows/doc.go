// Package workflows runs executions, Map Runs and their shards as Temporal
// workflows: it performs the machine's effects on a workflow.Context.
//
// A datum passes through it like this: an execution's workflow decodes
// [wire.Execution], takes the program of its definition from the process's
// cache and begins (or, after continue-as-new, loads) a machine.Execution. One
// loop hands the machine's effects to a performer (Calls become activities,
// Waits timers, Distributes workflows of type [wire.MapRunWorkflow]), blocks
// until futures are ready or signals have come, and resumes the machine with
// their outcomes. When the machine has ended, so does the workflow: with the
// output, or with an error that carries the failure.
//
// A Map Run (docs/decisions/0007) plans its source page by page and keeps a
// window of shards running. An express shard is one activity; other shards are
// workflows of type [wire.MapShardWorkflow], which read inputs in chunks and
// run an item either in their own loop, its Calls in waves with those of other
// items, or as an execution's workflow. Counts and the names of part files come
// back; records stay in staging.
//
// The package may not know AWS, activities' code, or the time and randomness
// of the process. Every limit of the server that ends an execution when it is
// ignored has its place here: bytes of commands in one workflow task (budget),
// effects in flight (lane), length of a history (renewal), time without
// yielding (pace).
package workflows
