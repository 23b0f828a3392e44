// Package teststate tests one state of a definition, as AWS's TestState does
// (AWS API, TestState; AWS, "Testing state machines with TestState API").
//
// One datum passes through like this: [Test] takes a [Request], finds the state
// in the definition and makes a program in which it stands alone: where it leads
// to are Succeed states, and what it would start (branches, iterations, a Map
// Run) are effects that the mock answers. That program runs in the machine, as
// every execution does, from a frame that stands before the state with the
// input, the variables, the context object and the retries of the request. What
// the machine tells its inspector on the way becomes the inspection data of the
// [Response]; nothing of the data flow is computed here.
//
// What AWS refuses is a [Fault] with AWS's error code and message. The package
// calls no service: a Task without a mock is refused. Like all of the machine it
// knows no clock; the time comes with the request.
package teststate
