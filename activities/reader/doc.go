// Package reader reads the items of a Distributed Map: CSV, JSON, JSON lines
// and Parquet in objects of S3, compressed or not, one or many; the listing of a
// bucket; or an array of the state's own input.
//
// A [Reader] does two things. Plan goes over the source as a stream, in flat
// memory, and cuts it into shards, page by page; it starts from a cursor and
// ends with one. Read gives the items of one shard, of which it fetches
// exactly the bytes. Both see the same version of an object: its ETag is pinned.
//
//	Open(Source)                    -> Reader
//	Reader.Plan(cursor, limits)     -> Page of shards, next cursor
//	Reader.Read(shard)              -> Items, in order
//
// Where the objects come from and what they hold are two questions:
//
//	single                                  one object
//	several: flattened, athena, inventory   those that a listing or manifest names
//	listing, state                          no objects at all
//
//	texts: csv, document, jsonLines         walked as streams, from any offset
//	parquetRows                             planned from the footer
//
// Both tables, of all of them, are in format.go. What cannot be entered in its
// middle is copied into a segment in staging while it is cut: compressed texts,
// listings, and Parquet files without an index of their pages.
//
// Package readertest holds the tests that every reader has to pass.
//
// What a reader finds wrong with the source is an [*Error] that says where; any
// other error may pass when the work is tried again. The package knows nothing
// of what becomes of the items, nor of Temporal.
package reader
