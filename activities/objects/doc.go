// Package objects is the small part of Amazon S3 that map runs need: ranged
// reads of a pinned version, listings, writes, streaming uploads and the
// removal of a prefix. It works with anything that speaks S3.
//
// [Store] is the face; [NewS3] gives the one over the AWS SDK, and package
// objectstest one in memory. Errors come in two sorts: an [*Error] is an
// answer that repeating the request would not change; every other error may
// pass, and is for the caller's caller to retry.
//
// The package knows nothing of maps, items or Temporal.
package objects
