// Package kill ends things in the middle of Map Runs and checks that nothing is
// lost and nothing is doubled: the worker's process and the dev server's are
// killed with -9 and started again, and S3 is gone for a while.
//
// Everything is real: the binaries of this repository, a Temporal and an S3
// server, HTTP requests to a Task server that a route table sends them to. The
// Task server remembers every call that it gets, which is the witness: the
// counts of the Map Run and the result files say that each item ran once, the
// Task server says how often that was true.
//
// What may be called twice is bounded by what was in flight, and that depends on
// the leaf (docs/decisions/0005 and 0007):
//
//   - packed shard, child workflow: an item has at most one Call under way, and
//     the shares of all running shards add up to MaxConcurrency. So at most
//     MaxConcurrency Calls were begun and not yet known to Temporal.
//   - express batch: an activity runs a whole shard, and writes what it has done
//     into its journal every second. So of the shards that were running, what was
//     under way is called again, and what was answered since the last journal;
//     nothing of a shard that had ended.
//
// S3 being away costs no second call on any leaf: who has called holds the answer
// until it can be written.
//
// There is nothing here but tests; they are a package of their own so that they
// can be run, or left out, apart from others.
package kill
