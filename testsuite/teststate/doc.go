// Command teststate runs the TestState calls that AWS recorded, lists those whose
// answer differs with the first difference, and ends with one line of counts. It
// exits with 1 when one differs.
//
//	go run ./testsuite/teststate -cases FOLDER [-run REGEXP]
package main
