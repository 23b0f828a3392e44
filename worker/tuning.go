package main

import (
	"context"
	"flag"
	"fmt"
	"strconv"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// The defaults. docs/operations.md has the reasons and what was measured.
const (
	defaultActivities      = 1_000
	defaultWorkflowTasks   = 200
	defaultActivityPollers = "16"
	defaultWorkflowPollers = "8"
	defaultEager           = 50
	defaultCompression     = "none"
	defaultCachedWorkflows = 1_000
	defaultStopTimeout     = 30 * time.Second
	defaultBehavior        = "auto-upgrade"
)

const (
	// automatic stands for pollers that become more and fewer with the work.
	automatic = "auto"
	// mostPollers bounds them; the SDK's own bound.
	mostPollers = 100
	// heartbeatEvery is how often heartbeats reach Temporal at most: within
	// this time a running Task learns that it is cancelled.
	heartbeatEvery = 5 * time.Second
	// deadlockTime is how long workflow code may run without yielding. It yields
	// within milliseconds; the rest is for machines that are short of processors.
	deadlockTime = 4 * time.Second
	// handBackTime is what activities have to tell Temporal that they were not
	// ended, so that another worker takes them at once.
	handBackTime = 5 * time.Second
)

// tuning are the settings of how much this worker takes on.
type tuning struct {
	// activities, workflowTasks and cachedWorkflows are how many there are at
	// once, at most.
	activities, workflowTasks, cachedWorkflows int
	// activityPollers and workflowPollers are numbers, or automatic.
	activityPollers, workflowPollers string
	// eager is how many activities of one workflow task may start right here; 0
	// for none.
	eager int
	// compression is none or gzip: of requests to Temporal.
	compression string
	// workerRate and queueRate bound the activities that start in a second, on
	// this worker and on all workers of the task queue; 0 is no bound.
	workerRate, queueRate float64
	// deployment and build name the version of the worker; both or none.
	deployment, build string
	// behavior is what a new version means to executions under way.
	behavior string
	// stopTimeout is how long activities may go on after the process was asked
	// to stop.
	stopTimeout time.Duration
}

func (t *tuning) flags(f *flag.FlagSet) {
	f.IntVar(&t.activities, "activities", defaultActivities, "the `number` of activities that run at once, at most")
	f.IntVar(&t.workflowTasks, "workflow-tasks", defaultWorkflowTasks, "the `number` of workflow tasks that run at once, at most")
	f.IntVar(&t.cachedWorkflows, "cached-workflows", defaultCachedWorkflows, "the `number` of workflows that stay in memory between their tasks")
	f.StringVar(&t.activityPollers, "activity-pollers", defaultActivityPollers, "`number` of requests that wait for activities, or auto")
	f.StringVar(&t.workflowPollers, "workflow-pollers", defaultWorkflowPollers, "`number` of requests that wait for workflow tasks, or auto")
	f.IntVar(&t.eager, "eager-activities", defaultEager, "the `number` of activities of one workflow task that may start right here; 0 for none")
	f.StringVar(&t.compression, "grpc-compression", defaultCompression, "`how` requests to Temporal are compressed: none or gzip")
	f.Float64Var(&t.workerRate, "activities-per-second", 0, "the `rate` at which activities start on this worker, at most; 0 for any")
	f.Float64Var(&t.queueRate, "queue-activities-per-second", 0, "the `rate` at which activities start on all workers of the task queue together; 0 for any; turns eager activities off")
	f.StringVar(&t.deployment, "deployment-name", "", "`name` of the Worker Deployment, for worker versioning")
	f.StringVar(&t.build, "build-id", "", "the version's `id` in the deployment")
	f.StringVar(&t.behavior, "versioning", defaultBehavior, "`behavior` of executions when a new version comes: pinned or auto-upgrade")
	f.DurationVar(&t.stopTimeout, "stop-timeout", defaultStopTimeout, "how long activities may go on when the worker stops")
}

// check judges the settings.
func (t *tuning) check() error {
	for _, one := range []struct {
		name         string
		number, from float64
	}{
		{"activities", float64(t.activities), 1},
		{"workflow-tasks", float64(t.workflowTasks), 2},
		{"cached-workflows", float64(t.cachedWorkflows), 1},
		{"eager-activities", float64(t.eager), 0},
		{"activities-per-second", t.workerRate, 0},
		{"queue-activities-per-second", t.queueRate, 0},
		{"stop-timeout", t.stopTimeout.Seconds(), 0},
	} {
		if !(one.number >= one.from) {
			return fmt.Errorf("--%s is %v; at least %v is needed", one.name, one.number, one.from)
		}
	}
	if _, _, err := pollers("activity-pollers", t.activityPollers, 1); err != nil {
		return err
	}
	if _, _, err := pollers("workflow-pollers", t.workflowPollers, 2); err != nil {
		return err
	}
	if (t.deployment == "") != (t.build == "") {
		return fmt.Errorf("--deployment-name and --build-id belong together; one of them is missing")
	}
	if _, known := compressions[t.compression]; !known {
		return fmt.Errorf("--grpc-compression is %q; it must be none or gzip", t.compression)
	}
	if _, known := behaviors[t.behavior]; !known {
		return fmt.Errorf("--versioning is %q; it must be pinned or auto-upgrade", t.behavior)
	}
	return nil
}

// compressions are the values of --grpc-compression. To compress takes more from
// worker and server than it gives where Temporal is near.
var compressions = map[string]client.GrpcCompression{
	"none": &client.GrpcCompressionNone{},
	"gzip": &client.GrpcCompressionGzip{},
}

var behaviors = map[string]workflow.VersioningBehavior{
	"pinned":       workflow.VersioningBehaviorPinned,
	"auto-upgrade": workflow.VersioningBehaviorAutoUpgrade,
}

// pollers reads a number of pollers; auto tells that the SDK chooses it.
func pollers(name, text string, least int) (number int, auto worker.PollerBehavior, err error) {
	if text == automatic {
		return 0, worker.NewPollerBehaviorAutoscaling(worker.PollerBehaviorAutoscalingOptions{MaximumNumberOfPollers: mostPollers}), nil
	}
	if number, err = strconv.Atoi(text); err != nil || number < least {
		return 0, nil, fmt.Errorf("--%s is %q; it must be auto or a number from %d on", name, text, least)
	}
	return number, nil, nil
}

// options are those of the Temporal worker. Activities work as long as work
// does: when it ends they give themselves back, for which there is some more
// time.
func (t *tuning) options(work context.Context, fatal chan<- error) worker.Options {
	o := worker.Options{
		MaxConcurrentActivityExecutionSize:     t.activities,
		MaxConcurrentWorkflowTaskExecutionSize: t.workflowTasks,
		WorkerActivitiesPerSecond:              t.workerRate,
		TaskQueueActivitiesPerSecond:           t.queueRate,
		DisableEagerActivities:                 t.eager == 0,
		MaxHeartbeatThrottleInterval:           heartbeatEvery,
		DeadlockDetectionTimeout:               deadlockTime,
		BackgroundActivityContext:              work,
		WorkerStopTimeout:                      t.stopTimeout + handBackTime,
		OnFatalError: func(err error) {
			select {
			case fatal <- err:
			default:
			}
		},
	}
	// The texts have been checked.
	o.MaxConcurrentActivityTaskPollers, o.ActivityTaskPollerBehavior, _ = pollers("", t.activityPollers, 1)
	o.MaxConcurrentWorkflowTaskPollers, o.WorkflowTaskPollerBehavior, _ = pollers("", t.workflowPollers, 2)
	if t.eager > 0 {
		o.MaxEagerActivityReservationsPerWorkflowTask = &t.eager
	}
	if t.deployment != "" {
		o.DeploymentOptions = worker.DeploymentOptions{
			UseVersioning:             true,
			Version:                   worker.WorkerDeploymentVersion{DeploymentName: t.deployment, BuildID: t.build},
			DefaultVersioningBehavior: behaviors[t.behavior],
		}
	}
	return o
}
