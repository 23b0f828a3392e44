package main

import (
	"runtime"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/seed-a99ddb6e/stepwell/activities"
	"github.com/seed-a99ddb6e/stepwell/activities/breaker"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// metrics are what the process tells Prometheus: Stepwell's own numbers, those
// of the Temporal SDK, of Go and of the process. docs/operations.md lists them.
//
// Nothing is counted while a workflow is replayed. Numbers count what this
// process has done: work that a lost worker had done and that is repeated here
// counts there and here.
type metrics struct {
	registry *prometheus.Registry
	temporal *temporalMetrics

	executions, states, mapRuns, items, shards *counter
	attempts, retries                          *counter
	waves, waveCalls                           *counter
	letters                                    *counter
	circuitsOpened                             *counter
	circuitState                               *prometheus.GaugeVec
	attemptTime                                *prometheus.HistogramVec

	errors, resources *names
	once              once
	// visits are how many states of each run of a workflow have been counted.
	visits once
}

// attemptBuckets are for calls that take from a millisecond to a Lambda
// function's 15 minutes, in seconds.
var attemptBuckets = []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 900}

func newMetrics() *metrics {
	r := prometheus.NewRegistry()
	m := &metrics{registry: r, temporal: newTemporalMetrics(), errors: newNames(), resources: newNames()}
	total := func(name, help string, named int, labels ...string) *counter {
		return newCounter(r, prometheus.CounterOpts{Name: name, Help: help}, named, labels...)
	}
	m.executions = total("stepwell_executions_total", "Executions that have ended.", 2, "machine", "error", "status")
	m.states = total("stepwell_states_total", "States that have ended.", 2, "machine", "error", "state_type", "status")
	m.mapRuns = total("stepwell_map_runs_total", "Map Runs of Distributed Maps that have ended.", 3, "machine", "map", "error", "status")
	m.items = total("stepwell_map_items_total", "Items of Distributed Maps whose executions have ended, or were not started (PENDING).", 3, "machine", "map", "error", "status")
	m.shards = total("stepwell_map_shards_total", "Shards of Map Runs that have ended.", 2, "machine", "map", "leaf", "outcome")
	m.attempts = total("stepwell_task_attempts_total", "Attempts of Task states that have ended.", 3, "machine", "state", "error", "integration", "outcome")
	m.retries = total("stepwell_task_retries_total", "Attempts of Task states that followed a failed one.", 2, "machine", "state", "integration")
	m.waves = total("stepwell_waves_total", "Waves that have ended: activities that make several Calls of packed shards at once.", 0, "integration")
	m.waveCalls = total("stepwell_wave_calls_total", "Calls in waves: those done, and those handed back for the next wave.", 0, "integration", "outcome")
	m.letters = total("stepwell_dead_letters_total", "Dead letters put to where STEPWELL_DEAD_LETTERS says.", 0)
	m.circuitsOpened = total("stepwell_circuit_opened_total", "How often circuits of resources have opened because calls failed.", 1, "resource")
	m.circuitState = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "stepwell_circuit_state", Help: "The circuit of a resource: 0 closed, 1 half-open, 2 open. One that has never opened is not there.",
	}, []string{"resource"})
	m.attemptTime = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "stepwell_task_attempt_duration_seconds", Help: "How long attempts of Task states took.", Buckets: attemptBuckets,
	}, []string{"integration", "outcome"})
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "stepwell_build_info", Help: "1, with the version of the worker and of Go.",
	}, []string{"version", "goversion"})
	build.WithLabelValues(version, runtime.Version()).Set(1)
	r.MustRegister(m.attemptTime, m.circuitState, build, m.temporal,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// machineName takes apart the name of a machine as ARNs have it: that of a
// Distributed Map's items is machine/map.
func machineName(name string) (machine, label string) {
	machine, label, _ = strings.Cut(name, "/")
	return machine, label
}

// executionMachine gives the machine's name in an execution's ARN,
// arn:aws:states:region:account:execution:machine:name.
func executionMachine(arn string) string {
	parts := strings.SplitN(arn, ":", 8)
	if len(parts) < 8 {
		return ""
	}
	return parts[6]
}

func (m *metrics) errorName(f *machine.Failure) string {
	if f == nil {
		return ""
	}
	return m.errors.of(f.Name())
}

// executionEnded counts the execution of a machine.
func (m *metrics) executionEnded(name string, ended wire.Ended) {
	m.executions.add(1, name, m.errorName(ended.Failure), string(ended.Status))
}

// statesEnded counts states of a machine, or of machine/map.
func (m *metrics) statesEnded(machineName string, end activities.StateEnd, n int64) {
	m.states.add(n, machineName, m.errors.of(end.Error), string(end.Type), string(end.Status))
}

// mapRunEnded counts a Map Run by its ARN, arn:...:mapRun:machine/map:uuid.
func (m *metrics) mapRunEnded(arn string, ended wire.Ended) {
	name, label := machineName(executionMachine(arn))
	m.mapRuns.add(1, name, label, m.errorName(ended.Failure), string(ended.Status))
}

// itemEnded counts the items of one execution of a Distributed Map.
func (m *metrics) itemEnded(items machine.Origin, ended wire.Ended, n int64) {
	name, label := machineName(items.StateMachineName)
	m.items.add(n, name, label, m.errorName(ended.Failure), string(ended.Status))
}

// lettered counts dead letters.
func (m *metrics) lettered(n int64) { m.letters.add(n) }

// circuitChanged gives what follows the states of circuits, when there are
// metrics. Of more resources than there are names the state is not shown.
func (m *metrics) circuitChanged() func(resource string, to breaker.State) {
	if m == nil {
		return nil
	}
	return func(resource string, to breaker.State) {
		name := m.resources.of(resource)
		if to == breaker.Open {
			m.circuitsOpened.add(1, name)
		}
		if name != other {
			m.circuitState.WithLabelValues(strings.ToValidUTF8(name, "?")).Set(float64(to))
		}
	}
}

// shardEnded counts a shard.
func (m *metrics) shardEnded(shard wire.ShardInput, failure *machine.Failure) {
	name, label := machineName(shard.Origin.StateMachineName)
	outcome := outcomeSucceeded
	if failure != nil {
		outcome = outcomeFailed
	}
	m.shards.add(1, name, label, string(shard.Leaf), outcome)
}

// How an attempt, a Call of a wave or a shard came out.
const (
	outcomeSucceeded  = "succeeded"
	outcomeFailed     = "failed"
	outcomeTimedOut   = "timed_out"
	outcomeCancelled  = "cancelled"
	outcomeDone       = "done"
	outcomeHandedBack = "handed_back"
)

// attempt is one attempt of a Task that has ended.
type attempt struct {
	execution, state, integration string
	outcome, failure              string
	took                          time.Duration
}

func (m *metrics) attempted(a attempt) {
	m.attempts.add(1, executionMachine(a.execution), a.state, m.errors.of(a.failure), a.integration, a.outcome)
	m.attemptTime.WithLabelValues(a.integration, a.outcome).Observe(a.took.Seconds())
}

// retried counts an attempt that follows a failed one.
func (m *metrics) retried(execution, state, integration string) {
	m.retries.add(1, executionMachine(execution), state, integration)
}
