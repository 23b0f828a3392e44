// Package conformance runs cases: one file each, with a state machine, an
// input, answers for its Tasks, and what must come of it. The same case runs
// on every runtime, which is how "durable, express and virtual differ only in
// who performs the effects" is kept true.
//
// A case is a txtar archive (golang.org/x/tools/txtar). Its comment says in a
// sentence what it pins and where that is specified. Its files:
//
//	machine.json | machine.yaml   the definition
//	type                          EXPRESS for an Express state machine
//	input.json                    the input; {} when absent
//	mocks.json                    answers for Tasks, see [Mock]
//	runtimes                      names of the runtimes it can run on, one a
//	                              line, each with a reason for those left out;
//	                              all when absent
//	output.json                   the output of a run that succeeds, with its
//	                              members and literals as they are written
//	failure.json                  {"error","cause"} of one that fails; a cause
//	                              that is left out is not compared
//	status                        the status when it is neither SUCCEEDED nor
//	                              FAILED
//	history                       the types of the events in order, one a line
//	                              (virtual only, where the order is fixed)
//	diagnostics                   instead of all these: CODE line:column for
//	                              each fault of a definition that is refused
package conformance
