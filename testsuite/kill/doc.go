// Package kill ends things in the middle of Map Runs, at random moments, and
// checks that nothing is lost and nothing is doubled: the worker's process and the
// dev server's are killed with -9 and started again, workers come and go, S3 is
// gone for a while or fails now and then, and items do harm.
//
// Everything is real: the binaries of this repository, a Temporal and an S3
// server, HTTP requests to a Task server that a route table sends them to. The
// Task server remembers every call that it gets, which is the witness: the
// counts of the Map Run and the result files say that each item ran once, the
// Task server says how often that was true, and when.
//
// A call may be repeated when something was killed that did not get around to say
// that it was answered (docs/decisions/0005 and 0007); what that is depends on the
// leaf:
//
//   - packed shard, child workflow: an item has at most one Call under way, and
//     the shares of all running shards add up to MaxConcurrency. So at most
//     MaxConcurrency Calls were begun and not yet known to Temporal.
//   - express batch: an activity runs a whole shard, and writes what it has done
//     into its journal every second. So of the shards that were running, what was
//     under way is called again, and what was answered since the last journal.
//
// S3 being away or faulty costs no second call on any leaf: who has called holds
// the answer until it can be written. Nor does a worker that is asked to stop.
//
// An item that kills its worker each time it is called ends as failed, and the others
// are called again at most as often as docs/decisions/0017 says.
//
// Each test says the number that its moments and faults come from;
// STEPWELL_TEST_SEED repeats them. Twice in a run something is killed, in runs of
// 8,000 express items, 5,000 packed ones and 200 with workflows of their own.
// STEPWELL_TEST_CHAOS=10, which 'make chaos' sets, kills ten times in runs of
// 20,000 items, and STEPWELL_TEST_CHILDREN says how many have workflows of their
// own, 2,000 unless it does: of these two cores run some dozens a second.
//
// There is nothing here but tests; they are a package of their own so that they
// can be run, or left out, apart from others.
package kill
