// Package results makes what a Distributed Map gives out of how its items'
// executions ended: records in AWS's form, result files and their manifest, or
// the array that is the state's output.
//
// A [Format] says how the run's ResultWriter wants them. Those who run items
// let a [Renderer] append records to the part files of a [Segment]; at the end
// [Files] streams the parts into SUCCEEDED_n.json, FAILED_n.json and
// PENDING_n.json, or an [Array] puts them in order.
//
// The package knows nothing of how items ran, of their sources or of Temporal.
package results
