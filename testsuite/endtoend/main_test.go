package endtoend

import (
	"flag"
	"os"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
)

// atOnce is how many tests run at once whatever the number of cores: most of
// their time they wait.
const atOnce = "8"

func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "test.parallel" })
	if !asked {
		_ = flag.Set("test.parallel", atOnce)
	}
	code := devtest.Run(m)
	binaries.Remove()
	os.Exit(code)
}
