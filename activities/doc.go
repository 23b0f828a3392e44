// Package activities performs what executions ask of the world: Tasks, Express
// executions, and the reading and writing of Map Runs. Each is a Temporal
// activity under an explicit name; [Register] is the table of them.
//
// A Task passes through like this: a [wire.Task] arrives at the activity of its
// integration (task.go), or several at once in a wave (wave.go); one attempt is
// made within the Task's time (attempt.go); the [Services] table finds the
// [Service] by the integration (services.go), which calls AWS (lambda.go),
// another team's activity (temporal.go) or what [Routes] put in the place of a
// Lambda function (routes.go, http.go). Services whose protocol is JSON, as
// SQS and DynamoDB (sqs.go, dynamodb.go), are asked with the Task's JSON as it is
// (awsjson.go). A failure goes to the Task's Retry: the
// server repeats the activity after the delay that Retry gives, and the log of
// attempts stands in the heartbeat details (attemptlog.go). An Express
// execution (express.go) runs in process with the same table of services.
//
// A service is one file: a type with its integrations and one Call, named in
// the table of the worker. How AWS spells the errors of a service is a row of
// [optimized] (awserror.go).
//
// A Map Run's activities are [Maps]: they plan the source into shards
// (plan.go), read inputs and write records of a shard for workflows
// (readshard.go, writeshard.go), run the shards of Express items in place
// (shard.go), and write the result files (results.go), over the packages
// objects, reader, results and staging below. Letters of items that failed go out
// beside their records (letters.go), by the package deadletters. Circuits
// (circuits.go), by the package breaker, keep Calls from resources that fail; Tasks
// of items with workflows of their own tell these items' shards (shardnotices.go).
//
// A Call is performed at least once: a worker that is lost in the middle of an
// attempt, or stops before its end, leaves it to another one. What is the same
// for every attempt of a Call is its idempotency key (idempotency.go), which each
// service gets where it looks for one. Execution or Call, what takes the worker down
// each time comes to an end all the same: in express shards (care.go), in waves
// (wavecare.go, wavesuspects.go), beside which nothing else runs then (ward.go).
//
// The package may not know workflows, and keeps no state that matters beyond
// one activity.
package activities
