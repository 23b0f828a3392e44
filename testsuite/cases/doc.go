// Command cases runs executions that AWS Step Functions recorded and compares
// what Stepwell makes of them, event by event:
//
//	go run ./testsuite/cases -cases ../shared/cases -runtime durable -run '(?i)map'
//
// It prints what failed with the first difference each, what was skipped with
// the reason, and the counts. It ends with 1 when a case failed.
package main
