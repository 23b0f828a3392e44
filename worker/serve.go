package main

import (
	"context"
	"log/slog"
	"time"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"

	"github.com/seed-a99ddb6e/stepwell/activities"
	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/programs"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

// keptPrograms bounds the compiled definitions kept.
const keptPrograms = 1_000

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
	// Before the connection: who probes this process wants to know that it
	// tries.
	w := &watch{}
	if s.metricsListen != "" {
		if err := w.open(s.metricsListen, log); err != nil {
			return err
		}
		defer w.endpoint.close()
	}
	storage, err := cloud.storage(s.staging)
	if err != nil {
		return misuse{err}
	}
	temporal, err := s.dial(ctx, log, around, attached{w.metrics, storage})
	if err != nil {
		if ctx.Err() != nil {
			return nil // asked to stop before it began
		}
		return err
	}
	defer temporal.Close()
	p := parts{settings: s, temporal: temporal, routes: routes, largest: storage.Limit, metrics: w.metrics, log: log}
	return p.work(ctx, cloud, w)
}

// watch is how the process is watched from outside.
type watch struct {
	health   health
	metrics  *metrics  // nil when nobody watches
	endpoint *endpoint // the same
}

func (w *watch) open(address string, log *slog.Logger) (err error) {
	w.metrics = newMetrics()
	if w.endpoint, err = listen(address, w.metrics, &w.health, log); err == nil {
		log.Info("The endpoint for metrics and health is open.", "address", w.endpoint.address)
	}
	return err
}

// parts are what the worker is put together from.
type parts struct {
	settings settings
	temporal *cluster
	routes   *activities.Routes
	// largest is what one value may amount to in bytes.
	largest int
	metrics *metrics // nil for none
	log     *slog.Logger
}

// work takes work from Temporal until ctx ends or Temporal refuses it.
func (p *parts) work(ctx context.Context, cloud *amazon, watch *watch) error {
	s, log := &p.settings, p.log
	work, handBack := context.WithCancel(context.Background())
	defer handBack()
	fatal := make(chan error, 1)
	worker.SetStickyWorkflowCacheSize(s.cachedWorkflows)
	options := s.options(work, fatal)
	if p.metrics != nil {
		options.Interceptors = []interceptor.WorkerInterceptor{&interceptors{metrics: p.metrics}}
	}
	w := worker.New(p.temporal.Client, s.taskQueue, options)
	p.host(w, cloud)
	if err := w.Start(); err != nil {
		return p.temporal.explain(err)
	}
	watch.health.started(p.temporal.polls(s.taskQueue))
	log.Info("The worker is ready.", "version", version, "address", p.temporal.address, "namespace", p.temporal.namespace,
		"taskQueue", s.taskQueue, "staging", s.staging, "routes", p.routes.Len(), "deployment", s.deployment, "build", s.build)
	var err error
	select {
	case err = <-fatal:
		err = p.temporal.explain(err)
	case <-ctx.Done():
		log.Info("The worker stops.", "timeout", s.stopTimeout)
	}
	watch.health.stops()
	time.AfterFunc(s.stopTimeout, handBack)
	w.Stop()
	log.Info("The worker has stopped.")
	return err
}

// host registers all workflows and activities.
func (p *parts) host(w worker.Worker, cloud *amazon) {
	cache := programs.New(workflows.Compile, keptPrograms)
	foreign := &activities.Foreign{Client: p.temporal.Client}
	services := activities.NewServices(
		p.metrics.measure(activities.NewLambda(cloud.config, p.routes, foreign)),
		p.metrics.measure(activities.NewSQS(cloud.config)),
		p.metrics.measure(activities.NewDynamoDB(cloud.config)),
		p.metrics.measure(foreign),
		p.metrics.measure(&activities.ForeignWorkflows{Client: p.temporal.Client}),
	).Limited(p.largest).Guard(p.settings.circuits(p.metrics))
	maps := activities.MapDependencies{
		Store:      objects.NewS3(cloud.s3),
		Staging:    p.settings.staging,
		ValueLimit: p.largest,
		Programs:   cache,
		Caller:     services,
		Log:        p.log,
	}
	if box := p.settings.letters(cloud); box != nil {
		maps.DeadLetters = box
	}
	if p.metrics != nil {
		maps.Ended, maps.States, maps.Lettered = p.metrics.itemEnded, p.metrics.statesEnded, p.metrics.lettered
	}
	workflows.Register(w, workflows.Options{Programs: cache, Meter: p.metrics.meter(), ValueLimit: p.largest})
	activities.Register(w, activities.Dependencies{Services: services, Programs: cache, Maps: activities.NewMaps(maps)})
}
