// Command definitions translates state machines of public projects:
//
//	go run ./testsuite/definitions -cases ../shared/cases -run '(?i)map'
//
// Every file of definitions/valid must translate, every file of
// definitions/invalid must be refused with an error that names the fault which
// definitions/invalid/REASONS.tsv gives, at its place. What fails is printed
// with the diagnostics, what is skipped by its reason; the last line counts. It
// ends with 1 when a definition failed.
//
// Both are claims of the projects that the files come from. A claim that AWS
// contradicts is skipped: the table of these (contradiction.go) looks at the
// definition alone, each row with the evidence, and never at a file's name or at
// what Stepwell says.
package main
