// Package deadletters puts items of Map Runs that did not succeed where somebody
// will look at them: below an S3 prefix or on an SQS queue.
//
// A failed item passes through like this: a [Letter] tells of it, with a key
// that is the same whenever it is told of; a [Box] takes letters, as often as it
// is asked to, until it has them: an object for each, named by its key, or a
// message with the key as deduplication id or attribute. What the box refuses for
// good is a [Refusal]; any other error may pass.
//
// The package knows nothing of shards and activities: who calls it decides which
// items get letters, and how long to try.
package deadletters
