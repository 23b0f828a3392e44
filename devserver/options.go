package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"regexp"
	"strings"
)

// options is a checked command line. Its paths are absolute: the S3 backend
// changes the working directory of the process when it starts.
type options struct {
	dataDir       string
	readyFile     string
	ip            string
	temporalPort  int
	uiPort        int
	uiCodec       string
	s3Port        int
	namespaces    []string
	buckets       []string
	accessKey     string
	secretKey     string
	logLevel      string
	dynamicConfig map[string]any
}

const (
	defaultDataDir = ".stepwell-dev"
	readyFileName  = "ready.json"
	region         = "us-east-1"
)

var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// usageError is a fault of the command line, as opposed to one of the machine.
type usageError string

func (e usageError) Error() string { return string(e) }

func parseOptions(args []string) (options, error) {
	var o options
	flags, lists := newFlags(&o)
	if err := parseFlags(flags, args); err != nil {
		return options{}, err
	}
	o.namespaces, o.buckets = lists.namespaces, lists.buckets
	if len(o.namespaces) == 0 {
		o.namespaces = []string{"default"}
	}
	if err := o.check(); err != nil {
		return options{}, err
	}
	var err error
	if o.dynamicConfig, err = parseDynamicConfig(lists.dynamicConfig); err != nil {
		return options{}, err
	}
	return o, o.resolvePaths()
}

// parsed collects the flags that may be repeated.
type parsed struct {
	namespaces, buckets words
	dynamicConfig       lines
}

func newFlags(o *options) (*flag.FlagSet, *parsed) {
	flags := flag.NewFlagSet("stepwell-dev", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	var p parsed
	flags.StringVar(&o.dataDir, "data", defaultDataDir, "data `folder`; made when absent")
	flags.StringVar(&o.readyFile, "ready-file", "", "`file` to write the addresses to as JSON (default DATA/"+readyFileName+")")
	flags.StringVar(&o.ip, "ip", "127.0.0.1", "`address` to listen on")
	flags.IntVar(&o.temporalPort, "port", 7233, "Temporal `port`; 0, or a port in use, means any free one")
	flags.IntVar(&o.uiPort, "ui-port", 8233, "Web UI `port`, likewise")
	flags.StringVar(&o.uiCodec, "ui-codec", "", "`URL` of the codec server that the Web UI asks, such as that of a worker, http://HOST:PORT/codec")
	flags.IntVar(&o.s3Port, "s3-port", 9000, "S3 `port`, likewise")
	flags.Var(&p.namespaces, "namespace", "Temporal namespace `name` to make; repeatable (default default)")
	flags.Var(&p.buckets, "bucket", "S3 bucket `name` to make; repeatable")
	flags.StringVar(&o.accessKey, "access-key", "stepwell", "S3 access key `id`")
	flags.StringVar(&o.secretKey, "secret-key", "stepwell-secret", "S3 secret access `key`")
	flags.StringVar(&o.logLevel, "log-level", "error", "`level` of Temporal's log on stderr: debug, info, warn, error")
	flags.Var(&p.dynamicConfig, "dynamic-config", "Temporal dynamic configuration, `KEY=JSON`; repeatable")
	return flags, &p
}

// parseFlags keeps flag's own help request apart from real faults, and refuses
// stray arguments: a forgotten "--" must not be swallowed silently.
func parseFlags(flags *flag.FlagSet, args []string) error {
	switch err := flags.Parse(args); {
	case err == flag.ErrHelp:
		return err
	case err != nil:
		return usageError(err.Error())
	case flags.NArg() > 0:
		return usageError(fmt.Sprintf("unexpected argument %q", flags.Arg(0)))
	}
	return nil
}

func (o *options) check() error {
	if net.ParseIP(o.ip) == nil {
		return usageError(fmt.Sprintf("--ip %q is not an IP address; use for example 127.0.0.1", o.ip))
	}
	for _, port := range []struct {
		flag  string
		value int
	}{{"--port", o.temporalPort}, {"--ui-port", o.uiPort}, {"--s3-port", o.s3Port}} {
		if port.value < 0 || port.value > 65535 {
			return usageError(fmt.Sprintf("%s %d is out of range; use 1 to 65535, or 0 for any free port", port.flag, port.value))
		}
	}
	switch o.logLevel {
	case "debug", "info", "warn", "error":
	default:
		return usageError(fmt.Sprintf("--log-level %q is unknown; use debug, info, warn or error", o.logLevel))
	}
	if o.dataDir == "" {
		return usageError("--data is empty; name a folder")
	}
	for _, bucket := range o.buckets {
		if !bucketName.MatchString(bucket) {
			return usageError(fmt.Sprintf("--bucket %q cannot be a bucket's name; use 3 to 63 of a-z, 0-9, dot and hyphen", bucket))
		}
	}
	if o.accessKey == "" || o.secretKey == "" {
		return usageError("--access-key and --secret-key must not be empty")
	}
	return nil
}

func (o *options) resolvePaths() error {
	if o.readyFile == "" {
		o.readyFile = filepath.Join(o.dataDir, readyFileName)
	}
	for _, path := range []*string{&o.dataDir, &o.readyFile} {
		absolute, err := filepath.Abs(*path)
		if err != nil {
			return fmt.Errorf("resolve %s: %w", *path, err)
		}
		*path = absolute
	}
	return nil
}

// parseDynamicConfig reads KEY=JSON settings. Whole numbers become integers,
// the only form in which Temporal accepts a count.
func parseDynamicConfig(settings []string) (map[string]any, error) {
	values := make(map[string]any, len(settings))
	for _, setting := range settings {
		key, text, found := strings.Cut(setting, "=")
		var value any
		if !found || key == "" || json.Unmarshal([]byte(text), &value) != nil {
			return nil, usageError(fmt.Sprintf("--dynamic-config %q is not KEY=JSON; use for example matching.enableFairness=true", setting))
		}
		if number, ok := value.(float64); ok && number == float64(int(number)) {
			value = int(number)
		}
		values[key] = value
	}
	return values, nil
}

// words is a flag of names that may be repeated or separated by commas.
type words []string

func (w *words) String() string { return strings.Join(*w, ",") }

func (w *words) Set(text string) error {
	for word := range strings.SplitSeq(text, ",") {
		if word = strings.TrimSpace(word); word == "" {
			return fmt.Errorf("a name is empty")
		}
		*w = append(*w, word)
	}
	return nil
}

// lines is a flag that may be repeated and whose values may hold commas.
type lines []string

func (l *lines) String() string { return strings.Join(*l, " ") }

func (l *lines) Set(text string) error {
	*l = append(*l, text)
	return nil
}
