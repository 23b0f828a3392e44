package endtoend

import (
	"os"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
)

func TestMain(m *testing.M) {
	devtest.AtOnce(8) // most of their time they wait
	code := devtest.Run(m)
	binaries.Remove()
	os.Exit(code)
}
