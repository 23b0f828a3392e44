package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/seed-a99ddb6e/stepwell/internal/offload"
)

// endpoint serves metrics and health over HTTP.
type endpoint struct {
	address string
	server  *http.Server
}

// listen starts the endpoint at host:port.
func listen(address string, m *metrics, h *health, log *slog.Logger) (*endpoint, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		reason := err.Error()
		if errors.Is(err, syscall.EADDRINUSE) {
			reason = "another process has this port"
		}
		return nil, fault{fmt.Sprintf("The endpoint for metrics and health cannot be opened at %s: %s", address, reason),
			"STEPWELL_METRICS_LISTEN, or --metrics-listen HOST:PORT, says where; port 0 takes any that is free, and nothing is opened when it is empty."}
	}
	e := &endpoint{
		address: listener.Addr().String(),
		server:  &http.Server{Handler: routesOf(m, h), ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)},
	}
	go func() {
		if err := e.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("The endpoint for metrics and health has ended.", "error", err)
		}
	}()
	return e, nil
}

// close ends the endpoint; a scrape under way may end.
func (e *endpoint) close() {
	if e == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = e.server.Shutdown(ctx) // the process ends anyway
}

// routesOf gives the pages: /metrics, /healthz (the process lives), /readyz
// (it polls, and Temporal answers), and /codec/ for the Web UI.
func routesOf(m *metrics, h *health) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry}))
	mux.Handle("/codec/", offload.NewCodecServer())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := h.ready(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	return mux
}
