// Package staging keeps what a map run needs between its activities: its
// specification, the index of its shards, copied items, part files of results,
// and texts that are too long for a history.
//
// A [Place] says where: below the worker's setting, or beside the results of
// the run's ResultWriter. Its layout, below s3://bucket/prefix/<map run uuid>/
// or s3://bucket/<Prefix>/<map run uuid>/.stepwell/:
//
//	spec.json            the wire.MapSpec
//	index/<page>.json    a [Page] of shards
//	items/<segment>      copies of items: of a listing or of Parquet rows, as JSON lines,
//	                     and of compressed texts, decompressed
//	parts/<name>         records of results
//	journal/<shard>/     what an express shard has behind it, beyond parts: one for each attempt
//	alive/<shard>/       attempts at an express shard that are alive although Temporal may take them
//	                     for lost
//	outcome.json         what the run came to, when that is not beside the results
//
// When the run has succeeded all but the outcome is deleted. Texts of executions
// stand in s3://bucket/prefix/texts/.
//
// Nothing that a completed activity has named is ever written again, so what
// is read may be kept ([Cache]). The package knows nothing of item formats or
// of Temporal.
package staging
