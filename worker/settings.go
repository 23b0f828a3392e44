package main

import (
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
)

// settings are what flags and the environment say. A flag wins.
type settings struct {
	tuning
	guarding
	version   bool
	address   string
	namespace string
	taskQueue string
	// staging is s3://bucket/prefix, or "".
	staging string
	// routes is the name of the routes file, or "".
	routes string
	// metricsListen is host:port of the endpoint for metrics and health, or "".
	metricsListen string
	// dialTime bounds how long Temporal may take to answer at the start.
	dialTime  time.Duration
	logLevel  slog.Level
	logFormat string
}

const help = `stepwell-worker performs the executions of a task queue.

Flags (a flag wins over its variable, the name in capitals):
%s
The environment says the rest: TEMPORAL_* (or Temporal's configuration file)
where Temporal is and how to get in; AWS_* (or AWS profiles) the same for AWS,
with AWS_ENDPOINT_URL_S3, _LAMBDA and _SQS for other places than AWS.

A worker that is asked to stop (SIGTERM, SIGINT) takes no more work, lets what
is under way end, and hands back to Temporal what has not ended in time.
Exit codes: 0 stopped, 1 could not run, 2 wrong usage.
`

// foreignVariables are the flags whose variables are Temporal's, and are read
// with the rest of its settings. --version has none.
var foreignVariables = map[string]string{
	"address": "TEMPORAL_ADDRESS", "namespace": "TEMPORAL_NAMESPACE", "version": "",
}

// variable gives the variable of a flag: STEPWELL_ and its name.
func variable(flag string) (name string, ours bool) {
	if name, foreign := foreignVariables[flag]; foreign {
		return name, false
	}
	return "STEPWELL_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_")), true
}

// parseSettings reads the command line and the STEPWELL_ variables.
func parseSettings(arguments []string, around surroundings) (settings, error) {
	var s settings
	f := flag.NewFlagSet("stepwell-worker", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&s.address, "address", "", "`host:port` of Temporal")
	f.StringVar(&s.namespace, "namespace", "", "`namespace` on Temporal")
	f.StringVar(&s.taskQueue, "task-queue", "stepwell", "task `queue` to serve")
	f.StringVar(&s.staging, "staging", "", "`s3://bucket/prefix` for intermediate files of Distributed Maps, and values over 1.5 MiB")
	f.StringVar(&s.routes, "routes", "", "YAML `file` that sends Lambda functions elsewhere")
	f.StringVar(&s.metricsListen, "metrics-listen", "", "`host:port` to serve /metrics, /healthz, /readyz and /codec/ on; none when empty")
	s.tuning.flags(f)
	s.guarding.flags(f)
	level := f.String("log-level", "info", "`level`: debug, info, warn or error")
	f.StringVar(&s.logFormat, "log-format", "text", "`form`: text or json")
	f.BoolVar(&s.version, "version", false, "tell the version and end")
	f.Usage = func() {}
	f.VisitAll(func(g *flag.Flag) { g.Value = flagValue{g.Value.(flag.Getter)} })

	if err := fromVariables(f, around); err != nil {
		return s, misuse{err}
	}
	if err := f.Parse(arguments); err == flag.ErrHelp {
		fmt.Fprintf(around.out, help, flagTexts(f))
		return s, err
	} else if err != nil {
		return s, misuse{err}
	}
	s.dialTime = dialTime
	return s, s.check(f.Args(), *level)
}

// fromVariables sets the flags whose variables are there and not empty.
func fromVariables(f *flag.FlagSet, around surroundings) (wrong error) {
	f.VisitAll(func(g *flag.Flag) {
		name, ours := variable(g.Name)
		if !ours {
			return
		}
		text, ok := around.environment.LookupEnv(name)
		if !ok || text == "" {
			return
		}
		if err := f.Set(g.Name, text); err != nil && wrong == nil {
			wrong = fmt.Errorf("%s is %q: %w", name, text, err)
		}
	})
	return wrong
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
	if err := s.tuning.check(); err != nil {
		return misuse{err}
	}
	if err := s.guarding.check(); err != nil {
		return misuse{err}
	}
	if s.metricsListen != "" {
		if _, _, err := net.SplitHostPort(s.metricsListen); err != nil {
			return wrong("STEPWELL_METRICS_LISTEN (--metrics-listen) must look like host:port, or :port for all addresses: %v", err)
		}
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

// flagTexts gives the flags for the help, with two dashes: a line with the
// flag and its variable, a line with what it is for.
func flagTexts(f *flag.FlagSet) string {
	var b strings.Builder
	f.VisitAll(func(g *flag.Flag) {
		plain := *g // its kind names its value where the usage does not
		plain.Value = g.Value.(flagValue).Getter
		value, usage := flag.UnquoteUsage(&plain)
		name, _ := variable(g.Name)
		fmt.Fprintf(&b, "  %-42s %s", strings.TrimSpace("--"+g.Name+" "+value), name)
		trimmed := strings.TrimRight(b.String(), " ")
		b.Reset()
		b.WriteString(trimmed)
		fmt.Fprintf(&b, "\n      %s", usage)
		if g.DefValue != "" && g.DefValue != "false" && g.DefValue != "0" {
			fmt.Fprintf(&b, " (default %s)", g.DefValue)
		}
		b.WriteByte('\n')
	})
	return b.String()
}
