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
// JSON stands alone on stdout; whatever is for people goes to stderr. The exit
// code is 0 when what was asked for succeeded, 1 when it failed, and 2 when the
// command line itself is wrong. Errors are [fault]s and say what to do next;
// they are rendered in one place, at the edge.
//
// The package knows nothing of workflows and activities but their names and
// payloads, package wire.
package main
