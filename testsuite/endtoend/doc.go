// Package endtoend tests Stepwell as its users meet it: state machines run on a
// real Temporal server with a real S3, by the workflows and activities that a
// worker has, and by the binaries themselves.
//
// Each test has a [world]: a worker in this process on a task queue of its own,
// a bucket, and functions that answer AWS Lambda's API and keep count of their
// calls. A test says what to run as a definition, starts it, and looks at what
// a user would look at: how the execution ended, the result files, what was
// called how often, and what stands on Temporal. The binaries are built once
// and run as processes of their own (binaries_test.go).
//
// The package holds tests alone.
package endtoend
