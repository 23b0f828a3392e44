package main

import (
	"flag"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
)

// settings are what flags and the environment say. A flag wins.
type settings struct {
	version   bool
	address   string
	namespace string
	taskQueue string
	// staging is s3://bucket/prefix, or "".
	staging string
	// routes is the name of the routes file, or "".
	routes string
	// activities is how many activities run at once.
	activities int
	// stopTimeout is how long activities may go on after the process was asked
	// to stop.
	stopTimeout time.Duration
	// dialTime bounds how long Temporal may take to answer at the start.
	dialTime  time.Duration
	logLevel  slog.Level
	logFormat string
}

const help = `stepwell-worker performs the executions of a task queue.

Flags (a flag wins over its variable):
%s
The environment says the rest: TEMPORAL_* (or Temporal's configuration file)
where Temporal is and how to get in; AWS_* (or AWS profiles) the same for AWS,
with AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL_LAMBDA for other places than AWS.

A worker that is asked to stop (SIGTERM, SIGINT) takes no more work, lets what
is under way end, and hands back to Temporal what has not ended in time.
Exit codes: 0 stopped, 1 could not run, 2 wrong usage.
`

// parseSettings reads the command line and the STEPWELL_ variables.
func parseSettings(arguments []string, around surroundings) (settings, error) {
	var s settings
	variable := func(name, absent string) string {
		if v, ok := around.environment.LookupEnv(name); ok && v != "" {
			return v
		}
		return absent
	}
	f := flag.NewFlagSet("stepwell-worker", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&s.address, "address", "", "`host:port` of Temporal (TEMPORAL_ADDRESS)")
	f.StringVar(&s.namespace, "namespace", "", "`namespace` on Temporal (TEMPORAL_NAMESPACE)")
	f.StringVar(&s.taskQueue, "task-queue", variable("STEPWELL_TASK_QUEUE", "stepwell"), "task `queue` to serve (STEPWELL_TASK_QUEUE)")
	f.StringVar(&s.staging, "staging", variable("STEPWELL_STAGING", ""), "`s3://bucket/prefix` for intermediate files of Distributed Maps (STEPWELL_STAGING)")
	f.StringVar(&s.routes, "routes", variable("STEPWELL_ROUTES", ""), "YAML `file` that sends Lambda functions elsewhere (STEPWELL_ROUTES)")
	f.IntVar(&s.activities, "activities", 1_000, "how many activities run at once, at most")
	f.DurationVar(&s.stopTimeout, "stop-timeout", 30*time.Second, "how long activities may go on when the worker stops")
	level := f.String("log-level", variable("STEPWELL_LOG_LEVEL", "info"), "`level`: debug, info, warn or error (STEPWELL_LOG_LEVEL)")
	f.StringVar(&s.logFormat, "log-format", variable("STEPWELL_LOG_FORMAT", "text"), "`form`: text or json (STEPWELL_LOG_FORMAT)")
	f.BoolVar(&s.version, "version", false, "tell the version and end")
	f.Usage = func() {}

	if err := f.Parse(arguments); err == flag.ErrHelp {
		fmt.Fprintf(around.out, help, flagTexts(f))
		return s, err
	} else if err != nil {
		return s, misuse{err}
	}
	s.dialTime = dialTime
	return s, s.check(f.Args(), *level)
}

// check judges the settings as far as that is possible without connections.
func (s *settings) check(more []string, level string) error {
	wrong := func(format string, args ...any) error { return misuse{fmt.Errorf(format, args...)} }
	if len(more) > 0 {
		return wrong("unexpected argument %q", more[0])
	}
	if err := s.logLevel.UnmarshalText([]byte(level)); err != nil {
		return wrong("the log level is %q; it must be debug, info, warn or error", level)
	}
	if s.logFormat != "text" && s.logFormat != "json" {
		return wrong("the log format is %q; it must be text or json", s.logFormat)
	}
	if s.activities < 1 {
		return wrong("--activities is %d; at least 1 is needed", s.activities)
	}
	if s.staging != "" {
		if _, err := objects.Parse(s.staging); err != nil {
			return wrong("STEPWELL_STAGING (--staging) must look like s3://bucket/prefix: %v", err)
		}
	}
	return nil
}

// log gives the process's log.
func (s *settings) log(w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: s.logLevel}
	if s.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// flagTexts gives the flags for the help, with two dashes.
func flagTexts(f *flag.FlagSet) string {
	var b strings.Builder
	f.VisitAll(func(g *flag.Flag) {
		name, usage := flag.UnquoteUsage(g)
		fmt.Fprintf(&b, "  %-28s %s", strings.TrimSpace("--"+g.Name+" "+name), usage)
		if g.DefValue != "" && g.DefValue != "false" {
			fmt.Fprintf(&b, " (default %s)", g.DefValue)
		}
		b.WriteByte('\n')
	})
	return b.String()
}
