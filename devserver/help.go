package main

import "strings"

const helpHead = `stepwell-dev runs a Temporal server, its Web UI and an S3 server in one process.

  stepwell-dev [flags]                 start, and run until SIGINT or SIGTERM
  stepwell-dev env [--data D | --ready-file F]
                                       print the export lines of a running one

Flags:
`

// helpText is made from the flags themselves, so that the two cannot disagree.
func helpText() string {
	var text strings.Builder
	text.WriteString(helpHead)
	var o options
	flags, _ := newFlags(&o)
	flags.SetOutput(&text)
	flags.PrintDefaults()
	return text.String()
}
