package main

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// variables is an environment for tests.
type variables map[string]string

func (v variables) LookupEnv(name string) (string, bool) {
	content, ok := v[name]
	return content, ok
}

func (v variables) Environ() (all []string) {
	for name, content := range v {
		all = append(all, name+"="+content)
	}
	return all
}

func try(t *testing.T, env variables, arguments ...string) (code int, out, err string) {
	t.Helper()
	// A worker that does come up is stopped at once.
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var stdout, stderr bytes.Buffer
	code = run(ctx, arguments, surroundings{environment: env, out: &stdout, err: &stderr})
	return code, stdout.String(), stderr.String()
}

func TestVersionAndHelp(t *testing.T) {
	code, out, _ := try(t, nil, "--version")
	assert.Zero(t, code)
	assert.True(t, strings.HasPrefix(out, "stepwell-worker "+version+" (go"))

	code, out, _ = try(t, nil, "--help")
	assert.Zero(t, code)
	for _, name := range []string{"--task-queue queue", "STEPWELL_TASK_QUEUE", "STEPWELL_STAGING", "STEPWELL_ROUTES", "AWS_ENDPOINT_URL_S3"} {
		assert.Contains(t, out, name)
	}
}

func TestWrongUsage(t *testing.T) {
	routes := filepath.Join(t.TempDir(), "routes.yaml")
	require.NoError(t, os.WriteFile(routes, []byte("routes:\n  - function: f\n    https: {}\n"), 0o600))
	for _, c := range []struct {
		name      string
		env       variables
		arguments []string
		says      string
	}{
		{"unknown flag", nil, []string{"--tsk"}, "-tsk"},
		{"argument", nil, []string{"run"}, `unexpected argument "run"`},
		{"log level", variables{"STEPWELL_LOG_LEVEL": "loud"}, nil, `"loud"; it must be debug, info, warn or error`},
		{"log format", nil, []string{"--log-format", "xml"}, "text or json"},
		{"staging", variables{"STEPWELL_STAGING": "bucket/prefix"}, nil, "s3://bucket/prefix"},
		{"activities", nil, []string{"--activities", "0"}, "at least 1"},
		{"routes that are not there", variables{"STEPWELL_ROUTES": routes + "x"}, nil, routes + "x"},
		{"faulty routes", nil, []string{"--routes", routes}, `line 3: "https" is not known`},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, err := try(t, c.env, c.arguments...)
			assert.Equal(t, 2, code)
			assert.Empty(t, out)
			assert.Contains(t, err, c.says)
			assert.Contains(t, err, "--help")
		})
	}
}

func TestFlagsWinOverVariables(t *testing.T) {
	env := variables{"STEPWELL_TASK_QUEUE": "q", "STEPWELL_STAGING": "s3://b/p", "STEPWELL_ROUTES": "", "STEPWELL_LOG_FORMAT": "json"}
	s, err := parseSettings([]string{"--task-queue=other", "--log-level", "debug"}, surroundings{environment: env})
	require.NoError(t, err)
	assert.Equal(t, "other", s.taskQueue)
	assert.Equal(t, "s3://b/p", s.staging)
	assert.Equal(t, "json", s.logFormat)
	assert.Equal(t, "DEBUG", s.logLevel.String())

	s, err = parseSettings(nil, surroundings{environment: variables{}})
	require.NoError(t, err)
	assert.Equal(t, "stepwell", s.taskQueue)
}

func TestNoTemporalAtTheAddress(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	started := time.Now()
	code, out, said := try(t, variables{"TEMPORAL_ADDRESS": address})
	assert.Equal(t, 1, code)
	assert.Empty(t, out)
	assert.Contains(t, said, "Temporal cannot be reached at "+address)
	assert.Contains(t, said, "TEMPORAL_ADDRESS")
	assert.Less(t, time.Since(started), dialTime+5*time.Second)
}

// Something listens that never answers: the dial is bounded.
func TestSilentTemporal(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	s := settings{address: listener.Addr().String(), dialTime: 200 * time.Millisecond}
	storage, err := (&amazon{}).storage("")
	require.NoError(t, err)
	started := time.Now()
	_, err = s.dial(context.Background(), slog.New(slog.DiscardHandler), surroundings{environment: variables{}}, attached{storage: storage})
	assert.ErrorContains(t, err, "no answer within 200ms")
	assert.Less(t, time.Since(started), 5*time.Second)
}

func TestAmazonElsewhere(t *testing.T) {
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL_S3"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
	a, err := loadAmazon(context.Background(), surroundings{environment: variables{"AWS_ENDPOINT_URL_S3": "http://localhost:9000"}})
	require.NoError(t, err)
	assert.Equal(t, regionElsewhere, a.config.Region)
	assert.True(t, a.s3.Options().UsePathStyle)

	a, err = loadAmazon(context.Background(), surroundings{environment: variables{}})
	require.NoError(t, err)
	assert.Empty(t, a.config.Region)
	assert.False(t, a.s3.Options().UsePathStyle)
}
