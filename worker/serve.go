package main

import (
	"context"
	"log/slog"
	"time"

	"go.temporal.io/sdk/worker"

	"github.com/seed-a99ddb6e/stepwell/activities"
	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/programs"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

const (
	// pollers ask Temporal for work; with the SDK's two, fetching would bound a
	// busy worker.
	workflowPollers, activityPollers = 8, 16
	// eagerActivities is how many activities of one workflow task may start on
	// this worker without a way through the task queue: about a wave's worth.
	eagerActivities = 50
	// cachedWorkflows bounds the workflows kept in memory between their tasks;
	// a shard of a Distributed Map may take a megabyte or two.
	cachedWorkflows = 1_000
	// keptPrograms bounds the compiled definitions kept.
	keptPrograms = 1_000
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

// serve connects, registers everything and works until ctx ends.
func serve(ctx context.Context, s settings, around surroundings) error {
	log := s.log(around.err)
	var routes *activities.Routes
	if s.routes != "" {
		read, err := activities.ReadRoutes(s.routes)
		if err != nil {
			return misuse{err}
		}
		routes = read
	}
	cloud, err := loadAmazon(ctx, around)
	if err != nil {
		return err
	}
	temporal, err := s.dial(ctx, log, around)
	if err != nil {
		if ctx.Err() != nil {
			return nil // asked to stop before it began
		}
		return err
	}
	defer temporal.Close()

	work, handBack := context.WithCancel(context.Background())
	defer handBack()
	fatal := make(chan error, 1)
	worker.SetStickyWorkflowCacheSize(cachedWorkflows)
	w := worker.New(temporal.Client, s.taskQueue, s.options(work, fatal))
	host(w, cloud, parts{settings: s, temporal: temporal, routes: routes, log: log})
	if err := w.Start(); err != nil {
		return temporal.explain(err)
	}
	log.Info("The worker is ready.", "version", version, "address", temporal.address, "namespace", temporal.namespace,
		"taskQueue", s.taskQueue, "staging", s.staging, "routes", routes.Len())
	select {
	case err = <-fatal:
		err = temporal.explain(err)
	case <-ctx.Done():
		log.Info("The worker stops.", "timeout", s.stopTimeout)
	}
	time.AfterFunc(s.stopTimeout, handBack)
	w.Stop()
	log.Info("The worker has stopped.")
	return err
}

// options are those of the Temporal worker. Activities work as long as work
// does: when it ends they give themselves back, for which there is some more
// time.
func (s *settings) options(work context.Context, fatal chan<- error) worker.Options {
	eager := eagerActivities
	return worker.Options{
		MaxConcurrentActivityExecutionSize:          s.activities,
		MaxConcurrentWorkflowTaskPollers:            workflowPollers,
		MaxConcurrentActivityTaskPollers:            activityPollers,
		MaxEagerActivityReservationsPerWorkflowTask: &eager,
		MaxHeartbeatThrottleInterval:                heartbeatEvery,
		DeadlockDetectionTimeout:                    deadlockTime,
		BackgroundActivityContext:                   work,
		WorkerStopTimeout:                           s.stopTimeout + handBackTime,
		OnFatalError: func(err error) {
			select {
			case fatal <- err:
			default:
			}
		},
	}
}

// parts are what the worker is put together from.
type parts struct {
	settings settings
	temporal *cluster
	routes   *activities.Routes
	log      *slog.Logger
}

// host registers all workflows and activities.
func host(w worker.Worker, cloud *amazon, p parts) {
	cache := programs.New(workflows.Compile, keptPrograms)
	foreign := &activities.Foreign{Client: p.temporal.Client}
	services := activities.NewServices(
		activities.NewLambda(cloud.config, p.routes, foreign),
		foreign,
	)
	workflows.Register(w, workflows.Options{Programs: cache})
	activities.Register(w, activities.Dependencies{
		Services: services,
		Programs: cache,
		Maps: activities.NewMaps(activities.MapDependencies{
			Store:    objects.NewS3(cloud.s3),
			Staging:  p.settings.staging,
			Programs: cache,
			Caller:   services,
			Log:      p.log,
		}),
	})
}
