package kill

import (
	"flag"
	"os"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
)

const workerBinary = "stepwell-worker"

// binaries are those of this repository that these tests run.
var binaries = devtest.Binaries{Rooms: map[string]string{workerBinary: "worker"}}

func TestMain(m *testing.M) {
	// These tests mostly wait, for Temporal to miss a heartbeat above all.
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "test.parallel" })
	if !asked {
		_ = flag.Set("test.parallel", "5")
	}
	code := devtest.Run(m)
	binaries.Remove()
	os.Exit(code)
}
