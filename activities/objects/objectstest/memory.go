package objectstest

import (
	"bytes"
	"context"
	"crypto/md5"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
)

// Memory is an objects.Store in memory. The zero Memory has no buckets.
type Memory struct {
	mu      sync.Mutex
	buckets map[string]map[string]object
	// Owner is the account that the buckets belong to; requests that expect another
	// one are denied. Everybody's, when it is "".
	Owner string
	// PageSize is the number of keys on a page of a listing; 0 means 1,000.
	PageSize int
	// Fail, when set, is asked before every request; its error is the answer.
	Fail func(method string, at objects.Location) error
	// Read counts the bytes that were read.
	Read int64
}

type object struct {
	content  []byte
	etag     string
	modified time.Time
	// versions are the contents that were put with a version, the current one
	// among them.
	versions map[string]object
}

// version gives the object as of a version, "" for now.
func (o object) version(name string) (object, bool) {
	if name == "" {
		return o, true
	}
	v, ok := o.versions[name]
	return v, ok
}

// New gives a store with these buckets.
func New(buckets ...string) *Memory {
	m := &Memory{buckets: map[string]map[string]object{}}
	for _, b := range buckets {
		m.buckets[b] = map[string]object{}
	}
	return m
}

// MakeBucket makes an empty bucket, unless it is there.
func (m *Memory) MakeBucket(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.buckets[name] == nil {
		m.buckets[name] = map[string]object{}
	}
}

var _ objects.Store = (*Memory)(nil)

// Keys gives all keys of a bucket that begin with the prefix, in order.
func (m *Memory) Keys(bucket, prefix string) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.keys(bucket, prefix)
}

// keys needs the lock.
func (m *Memory) keys(bucket, prefix string) []string {
	var keys []string
	for key := range m.buckets[bucket] {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func (m *Memory) begin(method string, at objects.Location) (map[string]object, error) {
	if m.Fail != nil {
		if err := m.Fail(method, at); err != nil {
			return nil, err
		}
	}
	if m.Owner != "" && at.Owner != "" && at.Owner != m.Owner {
		return nil, &objects.Error{Kind: objects.Denied, At: at, Code: "AccessDenied"}
	}
	m.mu.Lock()
	b, ok := m.buckets[at.Bucket]
	if !ok {
		m.mu.Unlock()
		return nil, &objects.Error{Kind: objects.NotFound, At: at, Code: "NoSuchBucket"}
	}
	return b, nil
}

// Head gives the object's size and ETag.
func (m *Memory) Head(ctx context.Context, at objects.Location) (objects.Info, error) {
	b, err := m.begin("Head", at)
	if err != nil {
		return objects.Info{}, err
	}
	defer m.mu.Unlock()
	o, err := find(b, at)
	if err != nil {
		return objects.Info{}, err
	}
	return o.info(at.Key), ctx.Err()
}

func find(b map[string]object, at objects.Location) (object, error) {
	o, ok := b[at.Key]
	if !ok {
		return o, &objects.Error{Kind: objects.NotFound, At: at, Code: "NoSuchKey"}
	}
	if o, ok = o.version(at.Version); !ok {
		return o, &objects.Error{Kind: objects.NotFound, At: at, Code: "NoSuchVersion"}
	}
	return o, nil
}

// Get opens a stretch of the object.
func (m *Memory) Get(ctx context.Context, at objects.Location, r objects.Range) (io.ReadCloser, error) {
	b, err := m.begin("Get", at)
	if err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	o, err := find(b, at)
	if err != nil {
		return nil, err
	}
	if r.ETag != "" && r.ETag != o.etag {
		return nil, &objects.Error{Kind: objects.Changed, At: at, Code: "PreconditionFailed"}
	}
	size := int64(len(o.content))
	content := o.content[min(r.Offset, size):min(r.Offset+r.Length, size)]
	m.Read += int64(len(content))
	return io.NopCloser(bytes.NewReader(content)), ctx.Err()
}

// Put writes the object at once. Unlike S3, which names versions itself, it keeps
// what is put with a version under that name.
func (m *Memory) Put(ctx context.Context, at objects.Location, content []byte) error {
	b, err := m.begin("Put", at)
	if err != nil {
		return err
	}
	defer m.mu.Unlock()
	m.write(b, at, content)
	return ctx.Err()
}

// PutNew writes the object unless it is there already.
func (m *Memory) PutNew(ctx context.Context, at objects.Location, content []byte) error {
	b, err := m.begin("Put", at)
	if err != nil {
		return err
	}
	defer m.mu.Unlock()
	if _, ok := b[at.Key]; ok {
		return &objects.Error{Kind: objects.Exists, At: at, Code: "PreconditionFailed"}
	}
	m.write(b, at, content)
	return ctx.Err()
}

// Upload writes the object from a stream.
func (m *Memory) Upload(ctx context.Context, at objects.Location, content io.Reader) error {
	text, err := io.ReadAll(content)
	if err != nil {
		return err
	}
	return m.Put(ctx, at, text)
}

// write needs the lock.
func (m *Memory) write(b map[string]object, at objects.Location, content []byte) {
	o := object{
		content:  bytes.Clone(content),
		etag:     fmt.Sprintf("\"%x\"", md5.Sum(content)), // as S3's of small objects
		modified: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
	versions := maps.Clone(b[at.Key].versions)
	if at.Version != "" {
		if versions == nil {
			versions = map[string]object{}
		}
		versions[at.Version] = o
	}
	o.versions = versions
	b[at.Key] = o
}

// List gives the next page of a listing.
func (m *Memory) List(ctx context.Context, l objects.Listing) ([]objects.Info, error) {
	if _, err := m.begin("List", l.Location); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	size := m.PageSize
	if size == 0 {
		size = 1000
	}
	var page []objects.Info
	for _, key := range m.keys(l.Bucket, l.Prefix) {
		if key > l.After && len(page) < size {
			page = append(page, m.buckets[l.Bucket][key].info(key))
		}
	}
	return page, ctx.Err()
}

// Empty deletes all objects below the prefix.
func (m *Memory) Empty(ctx context.Context, at objects.Location) error {
	if at.Key == "" {
		return fmt.Errorf("to empty a whole bucket (%s) is never meant", at.Bucket)
	}
	if _, err := m.begin("Empty", at); err != nil {
		return err
	}
	defer m.mu.Unlock()
	for _, key := range m.keys(at.Bucket, at.Key) {
		delete(m.buckets[at.Bucket], key)
	}
	return ctx.Err()
}

// Bucket fails when there is no such bucket.
func (m *Memory) Bucket(ctx context.Context, at objects.Location) error {
	if _, err := m.begin("Bucket", at); err != nil {
		return err
	}
	m.mu.Unlock()
	return ctx.Err()
}

func (o object) info(key string) objects.Info {
	return objects.Info{Key: key, Size: int64(len(o.content)), ETag: o.etag, Modified: o.modified, StorageClass: "STANDARD"}
}
