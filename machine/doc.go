// Package machine is the heart of Stepwell: what a program does next.
//
// It does no I/O, reads no clock and never blocks. [Start] gives an
// [Execution] and the first effects; [Execution.Resume] takes the [Outcome] of
// one effect and gives the next ones; in between, the whole state of the
// execution is its [Frame], one plain JSON value that [Load] reads back. Those
// who perform effects (a Temporal workflow, a process, a test) are runtimes;
// they differ in nothing else, so one conformance table holds for all.
//
//	Start(program, origin, now)         -> execution, effects
//	execution.Resume(id, outcome, now)  -> effects
//	execution.Frame()                   -> JSON, at every moment
//	Redrive(program, frame, how)        -> execution, effects: one that had ended goes on
//
// There is one file per state type with its entering and leaving. States that
// need no effect are walked through without returning. Parallel and inline Map
// are nodes of the frame, not goroutines. Time comes in with every call, and
// random numbers from a stream that the frame carries.
//
// What AWS would write to an execution's history goes to a [Sink] as events;
// without a sink only their ids are counted.
package machine
