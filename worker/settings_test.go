package main

import (
	"context"
	"flag"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// every is a value for each flag that has a variable, other than its default.
var every = map[string]string{
	"task-queue": "q", "staging": "s3://b/p", "routes": "r.yaml", "metrics-listen": ":9464",
	"activities": "7", "workflow-tasks": "8", "cached-workflows": "9",
	"activity-pollers": "3", "workflow-pollers": "auto", "eager-activities": "0", "grpc-compression": "gzip",
	"activities-per-second": "2.5", "queue-activities-per-second": "100",
	"deployment-name": "orders", "build-id": "1.2", "versioning": "pinned",
	"dead-letters": "s3://b/dead", "breaker": "wait", "breaker-failures": "50%", "breaker-window": "1s", "breaker-open": "2s",
	"breaker-probes": "3", "breaker-errors": "Lambda.Unknown",
	"stop-timeout": "1m30s", "log-level": "warn", "log-format": "json",
}

// Each flag can be given as a variable of its name and means the same there.
func TestEveryFlagHasItsVariable(t *testing.T) {
	env, flags := variables{}, []string{}
	for name, text := range every {
		variable, ours := variable(name)
		require.True(t, ours, name)
		env[variable] = text
		flags = append(flags, "--"+name+"="+text)
	}
	byVariable, err := parseSettings(nil, surroundings{environment: env})
	require.NoError(t, err)
	byFlag, err := parseSettings(flags, surroundings{environment: variables{}})
	require.NoError(t, err)
	assert.Equal(t, byFlag, byVariable)
	assert.Equal(t, 7, byFlag.activities)
	assert.Equal(t, 90*time.Second, byFlag.stopTimeout)
	assert.Equal(t, ":9464", byFlag.metricsListen)

	_, help, _ := try(t, nil, "--help")
	f := flag.NewFlagSet("", flag.ContinueOnError)
	new(tuning).flags(f)
	new(guarding).flags(f)
	f.VisitAll(func(g *flag.Flag) { assert.Contains(t, every, g.Name, "the test has no value for it") })
	for name := range every {
		variable, _ := variable(name)
		assert.Contains(t, help, "--"+name+" ")
		assert.Contains(t, help, " "+variable+"\n")
	}
	for line := range strings.Lines(help) {
		assert.Less(t, len(line), 125, line)
	}
}

func TestWrongTuning(t *testing.T) {
	for _, c := range []struct {
		env       variables
		arguments []string
		says      string
	}{
		{nil, []string{"--activities=0"}, "--activities is 0; at least 1 is needed"},
		{variables{"STEPWELL_ACTIVITIES": "many"}, nil, `STEPWELL_ACTIVITIES is "many": it must be a whole number`},
		{variables{"STEPWELL_STOP_TIMEOUT": "30"}, nil, `STEPWELL_STOP_TIMEOUT is "30": it must be a duration, such as 90s`},
		{nil, []string{"--activities-per-second=many"}, `invalid value "many" for flag -activities-per-second: it must be a number`},
		{nil, []string{"--activities=99999999999999999999"}, "it must be a whole number"},
		{nil, []string{"--version=perhaps"}, `invalid boolean value "perhaps" for -version: it must be true or false`},
		{nil, []string{"--stop-timeout=-1s"}, "--stop-timeout is -1; at least 0"},
		{nil, []string{"--workflow-tasks=1"}, "at least 2 is needed"},
		{nil, []string{"--workflow-pollers=1"}, `--workflow-pollers is "1"; it must be auto or a number from 2 on`},
		{nil, []string{"--activity-pollers=some"}, `--activity-pollers is "some"; it must be auto or a number from 1 on`},
		{nil, []string{"--activities-per-second=-3"}, "at least 0 is needed"},
		{nil, []string{"--activities-per-second=NaN"}, "at least 0 is needed"},
		{nil, []string{"--deployment-name=orders"}, "belong together"},
		{variables{"STEPWELL_BUILD_ID": "1"}, nil, "belong together"},
		{nil, []string{"--versioning=both"}, `"both"; it must be pinned or auto-upgrade`},
		{nil, []string{"--metrics-listen=9464"}, "must look like host:port"},
		{variables{"STEPWELL_DEAD_LETTERS": "dead"}, nil, `STEPWELL_DEAD_LETTERS (--dead-letters) is "dead"; it must be s3://bucket/prefix, the URL of an SQS queue`},
		{nil, []string{"--breaker=on"}, `--breaker is "on"; it must be off, wait or fail`},
		{nil, []string{"--breaker-failures=0"}, `--breaker-failures is "0"; it must be a number from 1 on`},
		{nil, []string{"--breaker-failures=101%"}, `"101%"; it must be`},
		{variables{"STEPWELL_BREAKER_OPEN": "0s"}, nil, "--breaker-open is 0s; at least 10ms"},
		{nil, []string{"--breaker-probes=0"}, "at least 1 is needed"},
	} {
		t.Run(c.says, func(t *testing.T) {
			code, _, said := try(t, c.env, c.arguments...)
			assert.Equal(t, 2, code)
			assert.Contains(t, said, c.says)
		})
	}
}

func TestOptions(t *testing.T) {
	options := func(arguments ...string) worker.Options {
		s, err := parseSettings(arguments, surroundings{environment: variables{}})
		require.NoError(t, err)
		return s.options(context.Background(), nil)
	}
	o := options()
	assert.Equal(t, 16, o.MaxConcurrentActivityTaskPollers)
	assert.Equal(t, 8, o.MaxConcurrentWorkflowTaskPollers)
	assert.Nil(t, o.ActivityTaskPollerBehavior)
	assert.Equal(t, 50, *o.MaxEagerActivityReservationsPerWorkflowTask)
	assert.False(t, o.DisableEagerActivities)
	assert.Zero(t, o.DeploymentOptions)
	assert.Equal(t, 35*time.Second, o.WorkerStopTimeout)

	o = options("--activity-pollers=auto", "--workflow-pollers=auto", "--eager-activities=0", "--activities-per-second=4",
		"--queue-activities-per-second=5", "--deployment-name=d", "--build-id=b")
	assert.Zero(t, o.MaxConcurrentActivityTaskPollers)
	assert.NotNil(t, o.ActivityTaskPollerBehavior)
	assert.NotNil(t, o.WorkflowTaskPollerBehavior)
	assert.True(t, o.DisableEagerActivities)
	assert.Nil(t, o.MaxEagerActivityReservationsPerWorkflowTask)
	assert.Equal(t, 4.0, o.WorkerActivitiesPerSecond)
	assert.Equal(t, 5.0, o.TaskQueueActivitiesPerSecond)
	assert.Equal(t, worker.DeploymentOptions{
		UseVersioning:             true,
		Version:                   worker.WorkerDeploymentVersion{DeploymentName: "d", BuildID: "b"},
		DefaultVersioningBehavior: workflow.VersioningBehaviorAutoUpgrade,
	}, o.DeploymentOptions)
}
