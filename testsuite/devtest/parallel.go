package devtest

import (
	"flag"
	"strconv"
)

// AtOnce lets so many tests of the package run at once, whatever the number of
// cores, unless -parallel says how many: for TestMain of packages whose tests
// wait for most of their time.
func AtOnce(tests int) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "test.parallel" })
	if !asked {
		_ = flag.Set("test.parallel", strconv.Itoa(tests)) // a number is what it takes
	}
}
