// Package shapes knows what the responses of AWS's APIs look like, and checks
// mocked results by it, as TestState does (AWS, "Testing state machines with
// TestState API").
//
// One datum passes through like this: [Find] gives the shape of the response
// that an integration's action has, out of shapes.zip, which holds one JSON file
// for each service; [Response.Check] holds a result against it and gives the
// first [Mismatch]. The fields of a result are named as Step Functions names
// them, which is not always how the service does.
//
// The package knows nothing of states, and nothing of how a service is called.
// Its data, names, types and bounds, are made by testsuite/teststate/shapes of
// the service models of botocore 1.43.11 (Apache License 2.0).
package shapes
