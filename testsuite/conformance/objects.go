package conformance

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/objects/objectstest"
)

// account owns the buckets of cases.
const account = "000000000000"

// Object is an object that stands in S3 when a case begins.
type Object struct {
	At      objects.Location
	Content []byte
}

// readObject reads a file whose name is that of an object, and then how the
// object is made of the file, such as "s3://bucket/key?versionId=v1 | gzip".
func (c *Case) readObject(name, text string) error {
	url, filters, _ := strings.Cut(name, " | ")
	url, version, _ := strings.Cut(url, "?versionId=")
	at, err := objects.Parse(strings.TrimSpace(url))
	if err != nil {
		return err
	}
	at.Version = strings.TrimSpace(version)
	content, err := made([]byte(text), filters)
	c.Objects = append(c.Objects, Object{At: at, Content: content})
	return err
}

// store gives what S3 holds when the case begins. Every run has one of its own.
func (c *Case) store(ctx context.Context) (*objectstest.Memory, error) {
	buckets := slices.Clone(c.Buckets)
	for _, o := range c.Objects {
		buckets = append(buckets, o.At.Bucket)
	}
	store := objectstest.New(buckets...)
	store.Owner = account
	for _, o := range c.Objects {
		if err := store.Put(ctx, o.At, o.Content); err != nil {
			return nil, err
		}
	}
	return store, nil
}

// usesObjects reports whether the case says anything of S3.
func (c *Case) usesObjects() bool { return len(c.Objects)+len(c.Buckets) > 0 }

// written gives the objects of a case's store that were not there before, by
// their URLs.
func (c *Case) written(ctx context.Context, store *objectstest.Memory) (map[string]string, error) {
	all := map[string]string{}
	for _, bucket := range c.Buckets {
		for _, key := range store.Keys(bucket, "") {
			at := objects.Location{Bucket: bucket, Key: key}
			if slices.ContainsFunc(c.Objects, func(o Object) bool { return o.At.Bucket == bucket && o.At.Key == key }) {
				continue
			}
			content, err := objects.Load(ctx, store, at)
			if err != nil {
				return nil, err
			}
			all[at.String()] = string(content)
		}
	}
	return all, nil
}

var (
	uuids   = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	times   = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)
	mapRuns = regexp.MustCompile(`:mapRun:[^:"]*:(` + uuids.String() + `)`)
)

// names gives what stands for the UUIDs that a run has made up: <run> for that
// of its Map Run, <uuid> for others.
func (r *Result) names(text string) string {
	run := ""
	for _, told := range append([]string{r.Output.String()}, r.manifests()...) {
		if found := mapRuns.FindStringSubmatch(told); found != nil {
			run = found[1]
		}
	}
	text = uuids.ReplaceAllStringFunc(text, func(uuid string) string {
		if uuid == run {
			return "<run>"
		}
		return "<uuid>"
	})
	return times.ReplaceAllString(text, "<time>")
}

func (r *Result) manifests() (all []string) {
	for url, text := range r.Written {
		if strings.HasSuffix(url, "/manifest.json") {
			all = append(all, text)
		}
	}
	slices.Sort(all)
	return all
}

// leavesUnsuccessful reports whether the case wants results of executions that
// did not succeed.
func (c *Case) leavesUnsuccessful() bool {
	for url := range c.Written {
		if strings.Contains(url, "/FAILED_") || strings.Contains(url, "/PENDING_") {
			return true
		}
	}
	return false
}

// unwritten says in what the objects that a run has written are not those that
// the case wants, "" for nothing.
func (c *Case) unwritten(r Result) string {
	var b strings.Builder
	got := map[string]string{}
	for url, text := range r.Written {
		if strings.Contains(url, "/.stepwell/") && c.leavesUnsuccessful() {
			continue // what a redrive goes on from
		}
		got[r.names(url)] = strings.TrimSuffix(r.names(text), "\n")
	}
	for url, want := range c.Written {
		text, ok := got[url]
		if want = strings.TrimSuffix(want, "\n"); !ok {
			fmt.Fprintf(&b, "%s is not written\n", url)
		} else if text != want {
			fmt.Fprintf(&b, "%s\n  want %s\n  got  %s\n", url, want, text)
		}
		delete(got, url)
	}
	for url, text := range got {
		fmt.Fprintf(&b, "%s is written\n  got  %s\n", url, text)
	}
	return b.String()
}
