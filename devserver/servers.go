package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// stopPatience is how long the servers together may take to stop. What is cut
// off after it loses nothing: both stores survive a kill.
const stopPatience = 5 * time.Second

// servers are the three servers of one start; nil where not started yet.
type servers struct {
	temporal *temporalServer
	webUI    *webUI
	objects  *objectStore
}

// startServers starts all and returns when all have answered. After an error
// the ones that were started are still to be stopped.
func startServers(ctx context.Context, o options, p *ports) (*servers, ready, error) {
	s := &servers{}
	r := ready{
		TemporalAddress: hostPort(reachable(o.ip), p.frontend.port),
		Namespace:       o.namespaces[0],
		UIAddress:       "http://" + hostPort(reachable(o.ip), p.ui.port),
		S3Endpoint:      "http://" + hostPort(reachable(o.ip), p.s3.port),
		AccessKeyID:     o.accessKey,
		SecretAccessKey: o.secretKey,
		Region:          region,
		DataDir:         o.dataDir,
		PID:             os.Getpid(),
	}
	var err error
	if s.objects, err = startObjectStore(o, p); err != nil {
		return s, r, err
	}
	if s.temporal, err = startTemporal(o, p); err != nil {
		return s, r, err
	}
	s.webUI = startWebUI(o, p)

	client := newObjectClient(r)
	defer client.close()
	// A gateway that could not start never answers: its end ends the waiting.
	ctx, cancel := s.whileServing(ctx)
	defer cancel(nil)
	for _, server := range []struct {
		name  string
		probe func(context.Context) error
	}{
		{"Temporal", probeTemporal(r.TemporalAddress, o.namespaces)},
		{"the Web UI", probeWebUI(r.UIAddress, r.Namespace)},
		{"the S3 server", probeObjectStore(client)},
	} {
		if err := await(ctx, server.name, server.probe); err != nil {
			return s, r, causeOf(ctx, err)
		}
	}
	return s, r, causeOf(ctx, client.ensureBuckets(ctx, o.buckets))
}

// whileServing derives a context that is also cancelled when the S3 server ends
// by itself, with that as its cause. (The other two end the process instead.)
func (s *servers) whileServing(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case err := <-s.objects.ended:
			s.objects.ended <- nil
			cancel(fmt.Errorf("the S3 server ended: %w", orUnexplained(err)))
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// causeOf prefers the reason why a context ended to what came of it.
func causeOf(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

func orUnexplained(err error) error {
	if err == nil {
		return errors.New("no reason given")
	}
	return err
}

// stop stops all servers at once and waits, but not longer than stopPatience.
func (s *servers) stop() error {
	stops := map[string]func() error{}
	if s.webUI != nil {
		stops["the Web UI"] = s.webUI.stop
	}
	if s.temporal != nil {
		stops["Temporal"] = s.temporal.stop
	}
	if s.objects != nil {
		stops["the S3 server"] = s.objects.stop
	}
	type outcome struct {
		name string
		err  error
	}
	outcomes := make(chan outcome, len(stops))
	for name, stop := range stops {
		go func() { outcomes <- outcome{name, stop()} }()
	}
	deadline := time.After(stopPatience)
	var failures []error
	for len(stops) > 0 {
		select {
		case o := <-outcomes:
			delete(stops, o.name)
			if o.err != nil {
				failures = append(failures, fmt.Errorf("stop %s: %w", o.name, o.err))
			}
		case <-deadline:
			for name := range stops {
				failures = append(failures, fmt.Errorf("%s has not stopped after %v and was cut off; its data is safe", name, stopPatience))
			}
			return errors.Join(failures...)
		}
	}
	return errors.Join(failures...)
}
