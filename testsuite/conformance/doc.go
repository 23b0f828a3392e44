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
//	s3://BUCKET/KEY               the content of an object that S3 holds; its name
//	                              may go on with ?versionId=V, and with how it is
//	                              made of the text, such as "| gzip | cut 10":
//	                              chomp (without the last line end), crlf,
//	                              fill N (each @ becomes N letters x), repeat N,
//	                              hex (bytes), gzip, zstd, parquet [CODEC] (rows,
//	                              one JSON object a line), cut N (the last N bytes)
//	buckets                       the buckets that the run may write to
//	staging                       why the case needs a place for intermediate
//	                              files; others run with and without one
//	written s3://BUCKET/KEY       an object that the run writes, no more and no
//	                              fewer; <run> stands for the UUID of the Map Run,
//	                              <uuid> for any other one, <time> for a time, here
//	                              and in output.json
//	redrives                      how long after each of its ends the execution is
//	                              redriven, such as 1h; the answers of mocks.json
//	                              go on, and what must come of it is the last end
//	runtimes                      names of the runtimes it can run on, one a
//	                              line, each with a reason for those left out;
//	                              all when absent
//	output.json                   the output of a run that succeeds, with its
//	                              members and literals as they are written
//	failure.json                  {"error","cause"} of one that fails; a cause
//	                              that is left out is not compared; "says" are
//	                              texts that the cause has in it
//	status                        the status when it is neither SUCCEEDED nor
//	                              FAILED
//	history                       the types of the events in order, one a line
//	                              (virtual only, where the order is fixed)
//	diagnostics                   instead of all these: CODE line:column for
//	                              each fault of a definition that is refused
//
// The name of a case begins with what it is about: states (pass-, task-, ...),
// languages (jsonata-, cel-, intrinsic-), and of a Distributed Map its source
// (reader-), its results (writer-) and all else (distributed-); redrive- are
// executions that go on after they had ended.
package conformance
