// Command bench measures Stepwell on this machine, beside what one would write
// by hand with the Temporal SDK, and judges the figures that have bounds.
//
//	make bench                     the machine, the three leaves and JSONata, three minutes
//	make bench-map                 Distributed Maps with all their baselines, a quarter of an hour
//	BENCH_SMALL=1 make bench-map   the same way in a minute; nothing is judged
//	go run ./bench jsonata         JSONata alone, beside jsonata-js on Node
//	bin/bench map -only packed     the points whose name this matches; -perf FOLDER and
//	                               -rows say where their time goes and what they write
//
// Each measurement has a stage of its own (stage.go): fresh dev servers with
// their data in a temporary folder, one for Temporal and one for S3, and workers
// as processes of their own, which are bin/stepwell-worker for Stepwell and this
// binary itself for the baselines. A contender (contender.go) is one way to
// process items; it runs a few of them to warm up, then all of them against the
// clock, and what it made is counted and looked at (results.go). The items are
// orders, the same for all (orders.go).
//
// The Map Runs are in maprun.go and smallmap.go with their definitions in
// machines/. The baselines are baselinechild.go, baselineactivity.go and
// baselinebatch.go, and without Temporal plainloop.go. The machine alone,
// without any server, is in transitions.go.
//
// mapbench.go says what bench map measures, mapfigures.go which figures come of
// that and what they must be, mapmodel.go what a model says of more workers.
// What bench without a command measures is in main.go and figures.go. Figures go
// to bench/out, into bench.json and map.json, one flat object each; the
// measurements behind the latter are in map-points.json.
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
