package kill

import (
	"os"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
)

const workerBinary = "stepwell-worker"

// binaries are those of this repository that these tests run.
var binaries = devtest.Binaries{Rooms: map[string]string{workerBinary: "worker"}}

func TestMain(m *testing.M) {
	// These tests mostly wait, for Temporal to miss a heartbeat above all; long runs
	// less so.
	if os.Getenv(chaosVariable) == "" {
		devtest.AtOnce(8)
	} else {
		devtest.AtOnce(5)
	}
	code := devtest.Run(m)
	binaries.Remove()
	os.Exit(code)
}
