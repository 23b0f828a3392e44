// Command stepwell-worker hosts Stepwell's workflows and activities: it takes
// the executions of a task queue from Temporal and performs them.
//
// It only wires. Flags and the environment become [settings] (settings.go),
// these become connections to Temporal and AWS (connect.go), and with them the
// rooms workflows and activities are registered and run until the process is
// asked to stop (main.go, serve.go). How much a worker takes on is in tuning.go,
// what it does about failures in guarding.go.
// Whatever an execution does is written in those rooms.
//
// With --metrics-listen the process can be watched (endpoint.go): its health
// (health.go), and its metrics (metrics.go). These look on from outside, by an
// interceptor of activities and workflows (activitymetrics.go,
// workflowmetrics.go), a wrapper of services (attempts.go), and what the
// Temporal SDK reports (temporalmetrics.go). Names that users give are bounded
// (labels.go). Without the flag none of it is there.
//
// Settings follow both ecosystems: TEMPORAL_* variables and Temporal's
// configuration file say where Temporal is, AWS_* variables and profiles what
// the AWS SDK uses, with AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL_LAMBDA for
// others than AWS. Stepwell's own begin with STEPWELL_.
//
// The log goes to stderr. The exit code is 0 after an orderly stop, 1 when the
// worker could not run, 2 when its command line or settings are wrong.
package main
