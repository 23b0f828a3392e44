// Package offload keeps payloads that are too large for Temporal in the staging
// location, and gives everybody who speaks to Temporal the same way to read them
// again: workers, the command line, and those who replay histories.
//
// It is a driver for the external storage of the Temporal SDK. A payload of
// wire.ValueLimit bytes or more is written to S3 on its way out and crosses
// Temporal as a reference; the SDK asks for it again on its way in. Code that
// runs executions sees values and never a reference, and a payload below the
// limit is not touched.
//
//	value -> payload -> [Driver.Store] -> reference -> Temporal -> reference -> [Driver.Retrieve] -> payload -> value
//
// Names, keys and claims are those of Temporal's own S3 driver (temporalio/sdk-go,
// contrib/aws/s3driver, README "Key Structure"), so that workers in other
// languages, codec servers and the Web UI that have that driver can read what is
// stored here, and the other way round. A reference names its bucket: to read
// takes no setting, only the right to.
//
// [Storage] puts it all into the options of a client. What S3 no longer has
// becomes a [LostError] where the value is decoded (lost.go), since to ask again
// would not bring it back; every other refusal is an error of the workflow task
// or the activity, which Temporal tries again.
//
// The package knows S3 by activities/objects alone, which knows nothing of ours,
// and nothing of executions.
package offload
