// Command stepwell-dev is a whole Stepwell backend for one machine: a Temporal
// server, its Web UI and an S3 server, in a single process with one data
// folder. It exists so that a state machine, Distributed Map included, can be
// developed and tested without a cluster and without AWS.
//
// One start goes this way:
//
//	options -> folder, locked -> ports, claimed -> servers, started
//	        -> probes, answered -> buckets, made -> addresses, announced
//
// Addresses are announced (on stdout and in the ready file) only after each
// server has answered a real request, so whoever waits for the ready file may
// use all three at once. Everything listens on loopback unless told otherwise:
// the S3 keys are well known and Temporal asks for none.
//
// The data folder keeps workflows and objects between starts. One process at a
// time may use it; a lock file says so. Its layout:
//
//	lock          held while a dev server runs; contains its process id
//	temporal.db   Temporal's SQLite database (with -wal and -shm beside it)
//	s3/           one folder a bucket, one file an object
//	sidecar/      object metadata, only where the file system has no
//	              extended attributes
//	ready.json    the addresses, while a dev server runs
//
// The command is a module of its own: the servers bring several hundred
// dependencies that must not reach those who import Stepwell. Nothing imports
// it. It is for development; it is neither secured nor replicated.
package main
