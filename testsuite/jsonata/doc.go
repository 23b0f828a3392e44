// Command jsonata runs cases in the form of the JSONata test suite:
//
//	go run ./testsuite/jsonata -cases <folder> [-run REGEXP]
//
// The cases stand in <folder>/jsonata. Each failing case is shown with what it
// expects and what it got, each skipped one with the reason its file gives;
// the last line counts them. The command fails when a case does.
package main
