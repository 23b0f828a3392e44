// Package sqstest is as much of Amazon SQS as dead letters and Tasks need, in memory and over
// HTTP, for tests with the real client.
package sqstest
