package main

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
)

// An execution that a version has begun stays with it when pinned, and goes to
// the next one otherwise.
func TestWorkerVersioning(t *testing.T) {
	waiting := wire.Definition{Type: "STANDARD", Text: wire.PlainText(
		`{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":4,"Next":"S"},"S":{"Type":"Succeed"}}}`)}
	temporal := devtest.Start(t).Client(t)
	for behavior, c := range map[string]struct {
		ends string // the version that ends an execution begun by version 1
		kind enumspb.VersioningBehavior
	}{
		"pinned":       {"1", enumspb.VERSIONING_BEHAVIOR_PINNED},
		"auto-upgrade": {"2", enumspb.VERSIONING_BEHAVIOR_AUTO_UPGRADE},
	} {
		t.Run(behavior, func(t *testing.T) {
			t.Parallel()
			deployment := "stepwell-" + behavior
			current := func(build string) {
				require.Eventually(t, func() bool {
					_, err := temporal.WorkerDeploymentClient().GetHandle(deployment).SetCurrentVersion(context.Background(),
						client.WorkerDeploymentSetCurrentVersionOptions{BuildID: build})
					return err == nil
				}, 20*time.Second, 100*time.Millisecond)
			}
			start := func(build string) *hosted {
				h := host(t, nil, "--deployment-name="+deployment, "--build-id="+build, "--versioning="+behavior)
				current(build)
				return h
			}
			first := start("1")
			require.Eventually(t, func() bool { code, _ := first.get("/readyz"); return code == 200 }, 15*time.Second, 50*time.Millisecond)
			run := first.start("versioned", waiting, `{}`)
			require.Eventually(t, func() bool {
				d, err := temporal.DescribeWorkflowExecution(context.Background(), run.GetID(), "")
				return err == nil && d.GetWorkflowExecutionInfo().GetVersioningInfo().GetBehavior() == c.kind
			}, 10*time.Second, 50*time.Millisecond)
			start("2")
			require.NoError(t, first.end(run))
			d, err := temporal.DescribeWorkflowExecution(context.Background(), run.GetID(), "")
			require.NoError(t, err)
			info := d.GetWorkflowExecutionInfo().GetVersioningInfo()
			assert.Equal(t, c.ends, info.GetDeploymentVersion().GetBuildId())
			assert.Equal(t, deployment, info.GetDeploymentVersion().GetDeploymentName())
		})
	}
}
