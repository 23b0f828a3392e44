// Package devtest gives tests a real Temporal server and a real S3 server: the
// dev server's binary, stepwell-dev, started once for a test package and ended
// with it.
//
//	func TestMain(m *testing.M) { os.Exit(devtest.Run(m)) }
//
//	func TestSomething(t *testing.T) {
//		server := devtest.Start(t, "bucket")
//		c := server.Client(t)
//		...
//	}
//
// [AtOnce] before Run lets more tests run at once than there are cores. Without
// TestMain each test that calls Start has a server of its own. The
// binary is the one that STEPWELL_DEV names, or bin/stepwell-dev of this
// repository. A test that needs it is skipped when there is neither. The server
// takes free ports and keeps its data in a temporary folder, so that any number
// of packages may run theirs at the same time.
package devtest
