package wire

// Workflow types. An execution's own type is the name of its state machine;
// internal types hold a colon, which no such name can.
const (
	MapRunWorkflow   = "stepwell:MapRun"
	MapShardWorkflow = "stepwell:MapShard"
)

// Activity types beside those of the integrations, which are named by
// program.Resource.Integration.
const (
	// ExpressActivity runs a whole Express execution: [Execution] -> [Ended].
	ExpressActivity = "stepwell:express"
	// WaveActivity runs several Calls of one integration: [Wave] -> [WaveResult].
	WaveActivity = "stepwell:wave"
	// PlanActivity cuts one page of shards: [PlanInput] -> [Plan].
	PlanActivity = "stepwell:planItems"
	// ExpressShardActivity runs a shard in place: [ShardInput] -> [ShardResult].
	// Its heartbeat details are what the next attempt goes on from, which is the
	// activity's own, and [ShardCounts].
	ExpressShardActivity = "stepwell:runShard"
	// ReadShardActivity gives item inputs of a shard: [ReadInput] -> [ReadOutput].
	ReadShardActivity = "stepwell:readShard"
	// WriteShardActivity writes records of a shard: [WriteInput] -> [WriteOutput].
	WriteShardActivity = "stepwell:writeShard"
	// ResultsActivity writes the result files: [ResultsInput] -> [Results].
	ResultsActivity = "stepwell:writeResults"
	// StageActivity puts a text into staging: [StageInput] -> [Text].
	StageActivity = "stepwell:stage"
	// RestActivity asks Map Runs that have ended what is left of them, for the redrive
	// of an item that they are nested in: their ARNs -> [MapRunRest]s in that order.
	RestActivity = "stepwell:mapRunRest"
	// FetchActivity gets it back: a staged [Text] -> its content, a [Text].
	FetchActivity = "stepwell:fetch"
)

// Signals.
const (
	// OutcomeSignal tells an execution how a Map Run ended: [OutcomeReport].
	OutcomeSignal = "stepwell:outcome"
	// ShardSignal tells a Map Run how a shard ended: [ShardResult].
	ShardSignal = "stepwell:shard"
	// FailuresSignal tells a Map Run of failures in a shard that still runs:
	// [FailuresReport].
	FailuresSignal = "stepwell:failures"
	// LimitsSignal tells the workflow of a shard what it has to keep to from now
	// on: [ShardLimits].
	LimitsSignal = "stepwell:limits"
	// HeldSignal tells a Map Run how many items still run in a shard that is to
	// run fewer: [HeldReport].
	HeldSignal = "stepwell:held"
	// WaveSignal tells a shard outcomes of a wave ahead of its result, which has
	// no room for them: [WaveRest].
	WaveSignal = "stepwell:wave"
	// CircuitSignal tells a shard whose items have workflows of their own that whom
	// they call is not to be called now: [CircuitReport].
	CircuitSignal = "stepwell:circuit"
	// TaskSignal tells an execution of one of its Tasks that waits: [TaskReport].
	TaskSignal = "stepwell:task"
	// StopSignal precedes the cancellation of an execution and says why:
	// [machine.Failure].
	StopSignal = "stepwell:stop"
	// WatchSignal asks nothing and has no payload: it fails when the workflow
	// that it is sent to has ended.
	WatchSignal = "stepwell:watch"
)

// Queries.
const (
	// DescribeQuery gives an execution's [Description].
	DescribeQuery = "stepwell:describe"
	// MapRunQuery gives a Map Run's [MapRunDescription].
	MapRunQuery = "stepwell:mapRun"
	// MapRunRestQuery gives the [MapRunRest] of a Map Run that has ended.
	MapRunRestQuery = "stepwell:mapRunRest"
	// ShardQuery gives the [ShardCounts] of a shard's workflow.
	ShardQuery = "stepwell:shardCounts"
	// LimitsQuery gives those [ShardLimits] of a Map Run's running shards, a list,
	// that are not as in their input.
	LimitsQuery = "stepwell:shardLimits"
	// ItemsQuery gives the [ShardItems] of a shard's workflow. Of a Map Run's it
	// gives, for an [ItemsWish], the [ShardItems] of shards that have ended, which
	// only a run without staging has.
	ItemsQuery = "stepwell:shardItems"
)

// Updates.
const (
	// MapRunUpdateName changes a Map Run: [MapRunUpdate] -> [MapRunLimits]. One that
	// cannot be is refused with an error of the type [ValidationException].
	MapRunUpdateName = "stepwell:updateMapRun"
)

// Memo and search keys of executions.
const (
	// StatusMemo holds the status of an execution that ended in a way that
	// Temporal's own status does not tell: TIMED_OUT.
	StatusMemo = "stepwell.status"
	// KindMemo is "execution", "mapRun", "shard" or "item" on every workflow
	// of Stepwell.
	KindMemo = "stepwell.kind"
	// ArnMemo and StartMemo hold an execution's ARN and the time of its start,
	// which the runs of a continued execution have in common.
	ArnMemo   = "stepwell.arn"
	StartMemo = "stepwell.start"
	// RedriveMemo holds the [Redrive] of an execution that was redriven.
	RedriveMemo = "stepwell.redrive"
)
