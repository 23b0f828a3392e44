// Package reader reads the items of a Distributed Map: CSV, JSON and JSON
// lines in an S3 object, the listing of a bucket, or an array of the state's
// own input.
//
// A [Reader] does two things. Plan goes over the source as a stream, in flat
// memory, and cuts it into shards, page by page; it starts from a cursor and
// ends with one. Read gives the items of one shard, of which it fetches
// exactly the bytes. Both see the same version of the object: the cursor pins
// its ETag.
//
//	Open(Source)                    -> Reader
//	Reader.Plan(cursor, limits)     -> Page of shards, next cursor
//	Reader.Read(shard)              -> Items, in order
//
// There is one file per format, and one table, in format.go, of all of them.
// Package readertest holds the tests that every reader has to pass.
//
// What a reader finds wrong with the source is an [*Error]; any other error
// may pass when the work is tried again. The package knows nothing of what
// becomes of the items, nor of Temporal.
package reader
