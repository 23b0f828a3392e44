package main

import (
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// exports are the environment lines with which Stepwell, the Temporal SDKs and
// the AWS SDKs find the dev server. They contain only the variables that those
// read by themselves. Path-style S3 addressing needs no variable: the AWS SDKs
// choose it for an endpoint that is an IP address.
func exports(r ready) []string {
	pairs := [][2]string{
		{"TEMPORAL_ADDRESS", r.TemporalAddress},
		{"TEMPORAL_NAMESPACE", r.Namespace},
		{"AWS_ENDPOINT_URL_S3", r.S3Endpoint},
		{"AWS_ACCESS_KEY_ID", r.AccessKeyID},
		{"AWS_SECRET_ACCESS_KEY", r.SecretAccessKey},
		{"AWS_REGION", r.Region},
	}
	lines := make([]string, len(pairs))
	for i, pair := range pairs {
		lines[i] = "export " + pair[0] + "=" + shellWord(pair[1])
	}
	return lines
}

const shellSafe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@"

// shellWord quotes a value for a POSIX shell where it needs quotes.
func shellWord(value string) string {
	if value != "" && strings.Trim(value, shellSafe) == "" {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

// printEnvironment is the env subcommand: eval "$(stepwell-dev env)".
func printEnvironment(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("stepwell-dev env", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	dataDir := flags.String("data", defaultDataDir, "")
	path := flags.String("ready-file", "", "")
	if err := parseFlags(flags, args); err != nil {
		return err
	}
	if *path == "" {
		*path = filepath.Join(*dataDir, readyFileName)
	}
	r, err := readReady(*path)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, strings.Join(exports(r), "\n"))
	return err
}
