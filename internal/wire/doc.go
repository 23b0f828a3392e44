// Package wire holds what crosses Temporal: the names of workflows, activities,
// signals and queries, and the payloads that go with them.
//
// Running executions have these written in their histories, so everything here
// is append-only: names never change, fields are only added, and a missing
// field means what its absence meant before. JSON goldens in testdata guard
// that. The package knows the machine's vocabulary and nothing of Temporal.
//
// A map run's payloads follow its pipeline: [MapRun] starts it; [PlanInput]
// and [Plan] cut the source into [Shard]s, page by page; [ShardInput] and
// [ShardResult] run one shard; [ResultsInput] and [Results] end it.
package wire
