package offload

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.temporal.io/sdk/converter"
)

// The keys are those of Temporal's S3 driver (temporalio/sdk-go,
// contrib/aws/s3driver, README "Key Structure").
func TestKeys(t *testing.T) {
	digest := strings.Repeat("ab", 32)
	for _, c := range []struct {
		name   string
		target converter.StorageDriverTargetInfo
		key    string
	}{
		{"nobody", nil, "v0/d/sha256/" + digest},
		{"workflow", converter.StorageDriverWorkflowInfo{Namespace: "default", WorkflowType: "orders", WorkflowID: "orders/one", RunID: "r-1"},
			"v0/ns/default/wt/orders/wi/orders%2Fone/ri/r-1/d/sha256/" + digest},
		{"workflow that has not begun", converter.StorageDriverWorkflowInfo{Namespace: "n", WorkflowType: "stepwell:MapRun", WorkflowID: "a b"},
			"v0/ns/n/wt/stepwell%3AMapRun/wi/a%20b/ri/null/d/sha256/" + digest},
		{"activity", converter.StorageDriverActivityInfo{Namespace: "n", ActivityType: "Charge", ActivityID: "é*", RunID: "r"},
			"v0/ns/n/at/Charge/ai/%C3%A9*/ri/r/d/sha256/" + digest},
		{"safe characters", converter.StorageDriverActivityInfo{Namespace: "aZ09!-_.*'()", RunID: "~"},
			"v0/ns/aZ09!-_.*'()/at/null/ai/null/ri/%7E/d/sha256/" + digest},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.key, keyOf(c.target, digest)) })
	}
}
