// Command bench measures Stepwell on this machine, beside what one would write
// by hand with the Temporal SDK, and judges the figures that have bounds.
//
//	make bench                 all of it, two to four minutes
//	BENCH_SMALL=1 make bench   the same way in seconds; nothing is judged
//	go run ./bench jsonata     JSONata alone, beside jsonata-js on Node
//
// Each measurement has a stage of its own (stage.go): a fresh dev server with
// its data in a temporary folder, and a worker as a process of its own, which is
// bin/stepwell-worker for Stepwell and this binary itself for the baselines. A
// contender (contender.go) is one way to process items; it runs a few of them to
// warm up, then all of them against the clock, and what it made is counted. The
// Map Runs are in maprun.go with their definitions in machines/, the baselines
// in baselinechild.go and baselineactivity.go, the machine alone, without any
// server, in transitions.go. The figures and their bounds are in
// figures.go, their tables in table.go; they are also written to bench/out/bench.json, one flat object.
//
// JSONata needs no server: jsonata.go measures the expressions of
// jsonatacase.go on a made document (jsonatadocument.go), jsonatajs.go the same
// ones in the reference implementation, which npm installs into a temporary
// folder unless JSONATA_JS names one; without Node or npm there is no
// comparison. Its figures are in bench/out/jsonata.json.
//
// The exit code is 0 when every bound is kept, 1 when one is missed or something
// did not work, 2 for a wrong command line.
package main
