package kill

import (
	"flag"
	"os"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
)

func TestMain(m *testing.M) {
	// These tests mostly wait, for Temporal to miss a heartbeat above all.
	flag.Parse()
	_ = flag.Set("test.parallel", "4")
	code := devtest.Run(m)
	workerBinary.remove()
	os.Exit(code)
}
