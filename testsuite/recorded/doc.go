// Package recorded runs the executions that AWS Step Functions recorded and
// compares what Stepwell makes of them, event by event.
//
// One datum passes through like this: [Load] reads the lines of the .jsonl files
// that are executions, a [Case] each. [Case.Skip] says why one cannot be run at
// all. A [Runtime] runs a case: it answers Tasks with the results that AWS saw,
// serves the objects of its setup from a real S3, and gives a [Result] with the
// events that the machine recorded. [Compare] holds the result against the
// recording: what the recording replaced by placeholders is replaced in the
// result too, or must be of the placeholder's kind and the same wherever it
// stands, and the first [Difference] is what people see. [Run] does all of this
// for many cases at once and [Report] tells the outcome.
//
// The package knows everything but the dev server. docs/conformance.md tells
// users what is compared, and which differences are left.
package recorded
