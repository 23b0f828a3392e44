// Command stepwell checks definitions, starts executions of them on Temporal
// and looks after those that run.
//
// It holds no rules of the States Language and performs nothing itself: package
// translator judges a definition, a worker runs it. One datum passes through
// like this: a file becomes a definition with its program (definition.go), with
// --machine, --name and --input a request (request.go), which is started
// (start.go) and followed (follow.go) with progress on stderr (progress.go);
// what became of it is read back from Temporal as an [execution]
// (execution.go), in the form of AWS's DescribeExecution.
//
// An execution that ended without success is redriven (redrive*.go) from the frame
// that package audit finds at its end; its Map Runs tell what is left of them.
//
// Looking back, the events of an execution come from package audit and are
// written one by one (history.go, eventtable.go); the result files of its Map
// Runs are found (exports.go), read as streams (records.go), counted (counts.go)
// or written (recordwriter.go). maprun*.go look after running Map Runs, which are
// changed by an Update of their workflow. doctor*.go look at the surroundings, one file a
// neighbour.
//
// What was asked for stands alone on stdout, as JSON or, where text is asked
// for, as a table or lines; whatever else is for people goes to stderr. The exit
// code is 0 when what was asked for succeeded, 1 when it failed, and 2 when the
// command line itself is wrong. Errors are [fault]s and say what to do next;
// they are rendered in one place, at the edge.
//
// Of workflows the package knows names and payloads, package wire; of activities
// only the layout of result files and the object store that they stand in.
package main
