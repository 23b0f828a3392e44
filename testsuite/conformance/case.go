package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"golang.org/x/tools/txtar"
)

// Case is one case as read from its file.
type Case struct {
	Name    string
	Machine string
	Type    program.Type
	Input   value.Value
	Mocks   []Mock
	// Objects and Buckets are what S3 has when the case begins; Buckets those that
	// the case writes to.
	Objects []Object
	Buckets []string
	// Staged tells that the case needs a place for intermediate files.
	Staged bool
	// Redrives are when the execution is redriven: how long after each of its ends.
	Redrives []time.Duration
	// Without gives the reason for each runtime that the case cannot run on.
	Without map[string]string

	Status      machine.Status
	Output      value.Value
	Failure     value.Value
	History     []string
	Diagnostics []string
	// Written are the objects that the run writes, by their URLs.
	Written map[string]string
}

// parts are the files of a case and how each is read.
var parts = []struct {
	name string
	read func(*Case, string) error
}{
	{"machine.json", func(c *Case, text string) error { c.Machine = text; return nil }},
	{"machine.yaml", func(c *Case, text string) error { c.Machine = text; return nil }},
	{"type", func(c *Case, text string) error { c.Type = program.Type(strings.TrimSpace(text)); return nil }},
	{"input.json", func(c *Case, text string) (err error) { c.Input, err = value.ParseString(text); return }},
	{"mocks.json", func(c *Case, text string) (err error) { c.Mocks, err = parseMocks(text); return }},
	{"buckets", func(c *Case, text string) error { c.Buckets = strings.Fields(text); return nil }},
	{"staging", func(c *Case, text string) error { c.Staged = true; return nil }},
	{"redrives", readRedrives},
	{"runtimes", readRuntimes},
	{"output.json", func(c *Case, text string) (err error) { c.Output, err = value.ParseString(text); return }},
	{"failure.json", func(c *Case, text string) (err error) {
		c.Status = machine.Failed
		c.Failure, err = value.ParseString(text)
		return
	}},
	{"status", func(c *Case, text string) error { c.Status = machine.Status(strings.TrimSpace(text)); return nil }},
	{"history", func(c *Case, text string) error { c.History = strings.Fields(text); return nil }},
	{"diagnostics", func(c *Case, text string) error {
		c.Diagnostics = strings.Split(strings.TrimSpace(text), "\n")
		return nil
	}},
}

// Load reads the case files that match a pattern of [filepath.Glob].
func Load(pattern string) ([]Case, error) {
	files, err := filepath.Glob(pattern)
	if err != nil {
		return nil, err
	}
	var cases []Case
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		c, err := parse(strings.TrimSuffix(filepath.Base(file), ".txtar"), text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		cases = append(cases, c)
	}
	return cases, nil
}

func parse(name string, text []byte) (Case, error) {
	c := Case{
		Name: name, Type: program.Standard, Input: value.EmptyObject, Status: machine.Succeeded,
		Without: map[string]string{}, Written: map[string]string{},
	}
	for _, file := range txtar.Parse(text).Files {
		if url, ok := strings.CutPrefix(file.Name, "written "); ok {
			c.Written[url] = string(file.Data)
			continue
		}
		if strings.HasPrefix(file.Name, "s3://") {
			if err := c.readObject(file.Name, string(file.Data)); err != nil {
				return c, fmt.Errorf("%s: %w", file.Name, err)
			}
			continue
		}
		i := slices.IndexFunc(parts, func(p struct {
			name string
			read func(*Case, string) error
		}) bool {
			return p.name == file.Name
		})
		if i < 0 {
			return c, fmt.Errorf("a case has no file %q", file.Name)
		}
		if err := parts[i].read(&c, string(file.Data)); err != nil {
			return c, fmt.Errorf("%s: %w", file.Name, err)
		}
	}
	if c.Machine == "" {
		return c, fmt.Errorf("the case has no machine.json or machine.yaml")
	}
	return c, nil
}

func readRedrives(c *Case, text string) error {
	for _, after := range strings.Fields(text) {
		d, err := time.ParseDuration(after)
		if err != nil {
			return err
		}
		c.Redrives = append(c.Redrives, d)
	}
	return nil
}

// readRuntimes reads lines such as "not express: waits an hour".
func readRuntimes(c *Case, text string) error {
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		left, reason, ok := strings.Cut(line, ":")
		name, not := strings.CutPrefix(left, "not ")
		if !ok || !not || strings.TrimSpace(reason) == "" {
			return fmt.Errorf("line %q is not of the form \"not RUNTIME: reason\"", line)
		}
		c.Without[strings.TrimSpace(name)] = strings.TrimSpace(reason)
	}
	return nil
}
