package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHealth(t *testing.T) {
	var h health
	pages := routesOf(newMetrics(), &h)
	get := func(path string) (code int, body string) {
		recorder := httptest.NewRecorder()
		pages.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, nil))
		return recorder.Code, recorder.Body.String()
	}
	ready := func(code int, says string) {
		t.Helper()
		got, body := get("/readyz")
		assert.Equal(t, code, got)
		assert.Contains(t, body, says)
		lives, _ := get("/healthz")
		assert.Equal(t, http.StatusOK, lives, "the process lives all the while")
	}
	ready(503, "the worker starts")
	var answer error
	asked := 0
	h.started(func(context.Context) error { asked++; return answer })
	ready(200, "ok")
	answer = errors.New("Temporal is away")
	ready(200, "ok") // an answer holds for a while
	assert.Equal(t, 1, asked)
	h.asked = time.Time{}
	ready(503, "Temporal is away")
	h.stops()
	ready(503, "the worker stops")
	code, body := get("/metrics")
	assert.Equal(t, 200, code)
	assert.Contains(t, body, "stepwell_build_info{")
	recorder := httptest.NewRecorder()
	pages.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/codec/decode", strings.NewReader("{}")))
	assert.Equal(t, 200, recorder.Code)
	code, _ = get("/elsewhere")
	assert.Equal(t, 404, code)
}

func TestHealthDoesNotWaitForEver(t *testing.T) {
	var h health
	h.started(func(ctx context.Context) error {
		deadline, ok := ctx.Deadline()
		assert.True(t, ok)
		assert.LessOrEqual(t, time.Until(deadline), askTime)
		return nil
	})
	assert.NoError(t, h.ready(t.Context()))
}

func TestPortTaken(t *testing.T) {
	there, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer there.Close()
	address := there.Addr().String()
	code, _, said := try(t, variables{"STEPWELL_METRICS_LISTEN": address})
	assert.Equal(t, 1, code)
	assert.Contains(t, said, "cannot be opened at "+address+": another process has this port")
	assert.Contains(t, said, "--metrics-listen HOST:PORT")
}

func TestEndpointLives(t *testing.T) {
	e, err := listen("127.0.0.1:0", newMetrics(), &health{}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	answer, err := http.Get("http://" + e.address + "/healthz")
	require.NoError(t, err)
	assert.Equal(t, 200, answer.StatusCode)
	require.NoError(t, answer.Body.Close())
	e.close()
	_, err = http.Get("http://" + e.address + "/healthz")
	assert.Error(t, err)
}
