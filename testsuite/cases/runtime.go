package main

import (
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/testsuite/recorded"
)

const (
	// expressWait and serverWait are how long executions may wait where time
	// passes.
	expressWait = 20 * time.Second
	serverWait  = 5 * time.Second
	// waiting is how many executions run at once that only wait, crowd how many
	// on one server.
	waiting = 64
	crowd   = 8
)

// runtimeOf gives the runtime that the flags ask for, how many cases it runs at
// once, and what ends it.
func runtimeOf(f flags) (r recorded.Runtime, atOnce int, end func(), err error) {
	server := &server{}
	store := recorded.NewObjects(server.s3)
	switch f.runtime {
	case "virtual":
		return recorded.Virtual{Objects: store}, runtime.NumCPU(), server.stop, nil
	case "express":
		return recorded.Express{Longest: expressWait}, waiting, server.stop, nil
	case "durable":
		if f.server {
			return server.runtime(store)
		}
		return recorded.Durable{Objects: store}, 2 * runtime.NumCPU(), server.stop, nil
	}
	return nil, 0, server.stop, fmt.Errorf("there is no runtime %q: virtual, express or durable", f.runtime)
}

// server is a dev server, started when it is needed.
type server struct {
	*devtest.Server
	once sync.Once
	end  func()
	err  error
}

func (s *server) s3() (*s3.Client, error) {
	if err := s.start(); err != nil {
		return nil, err
	}
	return s.S3(), nil
}

func (s *server) start() error {
	s.once.Do(func() { s.Server, s.end, s.err = devtest.Launch() })
	return s.err
}

// runtime gives the runtime of the server itself.
func (s *server) runtime(store *recorded.Objects) (r recorded.Runtime, atOnce int, end func(), err error) {
	if err := s.start(); err != nil {
		return nil, 0, s.stop, err
	}
	c, err := client.Dial(client.Options{
		HostPort:  s.TemporalAddress,
		Namespace: s.Namespace,
		Logger:    log.NewStructuredLogger(slog.New(slog.DiscardHandler)),
	})
	if err != nil {
		return nil, 0, s.stop, err
	}
	end = func() { c.Close(); s.stop() }
	return &recorded.Server{Client: c, Namespace: s.Namespace, Objects: store, Longest: serverWait}, crowd, end, nil
}

func (s *server) stop() {
	if s.end != nil {
		s.end()
	}
}
