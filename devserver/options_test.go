package main

import (
	"errors"
	"flag"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestOptionsDefaults(t *testing.T) {
	o, err := parseOptions(nil)
	if err != nil {
		t.Fatal(err)
	}
	if o.ip != "127.0.0.1" || o.temporalPort != 7233 || o.uiPort != 8233 || o.s3Port != 9000 {
		t.Errorf("addresses: %+v", o)
	}
	if !reflect.DeepEqual(o.namespaces, []string{"default"}) || o.buckets != nil {
		t.Errorf("namespaces %q, buckets %q", o.namespaces, o.buckets)
	}
	if !filepath.IsAbs(o.dataDir) || o.readyFile != filepath.Join(o.dataDir, "ready.json") {
		t.Errorf("data %s, ready file %s", o.dataDir, o.readyFile)
	}
}

func TestOptionsLists(t *testing.T) {
	o, err := parseOptions([]string{
		"--namespace", "one,two", "--namespace=three", "--bucket", "in-1", "--bucket", "out.1",
		"--dynamic-config", `a.b=5`, "--dynamic-config", `c=[{"x":1.5}]`,
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"one", "two", "three"}; !reflect.DeepEqual(o.namespaces, want) {
		t.Errorf("namespaces %q, want %q", o.namespaces, want)
	}
	if want := []string{"in-1", "out.1"}; !reflect.DeepEqual(o.buckets, want) {
		t.Errorf("buckets %q, want %q", o.buckets, want)
	}
	want := map[string]any{"a.b": 5, "c": []any{map[string]any{"x": 1.5}}}
	if !reflect.DeepEqual(o.dynamicConfig, want) {
		t.Errorf("dynamic configuration %v, want %v", o.dynamicConfig, want)
	}
}

func TestOptionsFaultsAreUsage(t *testing.T) {
	for _, args := range [][]string{
		{"--no-such-flag"},
		{"stray"},
		{"--port", "70000"},
		{"--s3-port", "-1"},
		{"--ui-port", "http"},
		{"--ip", "localhost"},
		{"--log-level", "loud"},
		{"--data", ""},
		{"--bucket", "No"},
		{"--bucket", "a"},
		{"--namespace", "a,,b"},
		{"--access-key", ""},
		{"--dynamic-config", "novalue"},
		{"--dynamic-config", "key={"},
	} {
		var usage usageError
		if _, err := parseOptions(args); !errors.As(err, &usage) {
			t.Errorf("%q gives %v, want a usage error", args, err)
		}
	}
	if _, err := parseOptions([]string{"--help"}); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("--help gives %v", err)
	}
}

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		args   []string
		code   int
		stdout string
		stderr string
	}{
		{[]string{"--help"}, 0, "--ready-file", ""},
		{[]string{"env", "--help"}, 0, "stepwell-dev env", ""},
		{[]string{"serve"}, 2, "", `unexpected argument "serve"`},
		{[]string{"env", "--data", t.TempDir()}, 1, "", "start stepwell-dev"},
	} {
		var stdout, stderr strings.Builder
		if code := command(c.args, &stdout, &stderr); code != c.code {
			t.Errorf("%q exits with %d, want %d", c.args, code, c.code)
		}
		if !strings.Contains(stdout.String(), c.stdout) || !strings.Contains(stderr.String(), c.stderr) {
			t.Errorf("%q prints %q and %q", c.args, stdout.String(), stderr.String())
		}
	}
}
