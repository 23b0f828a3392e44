package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func sampleReady() ready {
	return ready{
		TemporalAddress: "127.0.0.1:7233",
		Namespace:       "it's mine",
		UIAddress:       "http://127.0.0.1:8233",
		S3Endpoint:      "http://127.0.0.1:9000",
		AccessKeyID:     "stepwell",
		SecretAccessKey: "a b$c",
		Region:          region,
		DataDir:         "/data",
		PID:             os.Getpid(),
	}
}

func TestReadyFileRoundTrip(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	path := filepath.Join(dir, "ready.json")
	if err := prepareReady(path); err != nil {
		t.Fatal(err)
	}
	want := sampleReady()
	if err := writeReady(path, want); err != nil {
		t.Fatal(err)
	}
	if got, err := readReady(path); err != nil || got != want {
		t.Errorf("read %+v, %v", got, err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("temporary files are left: %v", entries)
	}

	var keys map[string]any
	text, _ := os.ReadFile(path)
	if err := json.Unmarshal(text, &keys); err != nil {
		t.Fatal(err)
	}
	for _, key := range strings.Fields("temporalAddress namespace uiAddress s3Endpoint accessKeyId secretAccessKey region dataDir pid") {
		if keys[key] == nil {
			t.Errorf("key %s is absent", key)
		}
	}

	if err := prepareReady(path); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a stale ready file outlives the preparation")
	}
}

func TestReadyFileIsWithdrawnByItsOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ready.json")
	other := sampleReady()
	other.PID++
	for _, c := range []struct {
		ready ready
		kept  bool
	}{{other, true}, {sampleReady(), false}} {
		if err := writeReady(path, c.ready); err != nil {
			t.Fatal(err)
		}
		withdrawReady(path)
		if _, err := os.Stat(path); (err == nil) != c.kept {
			t.Errorf("ready file of process %d: kept is %v", c.ready.PID, err == nil)
		}
	}
}

func TestEnvironment(t *testing.T) {
	dir := t.TempDir()
	if err := writeReady(filepath.Join(dir, readyFileName), sampleReady()); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := printEnvironment([]string{"--data", dir}, &out); err != nil {
		t.Fatal(err)
	}
	want := `export TEMPORAL_ADDRESS=127.0.0.1:7233
export TEMPORAL_NAMESPACE='it'\''s mine'
export AWS_ENDPOINT_URL_S3=http://127.0.0.1:9000
export AWS_ACCESS_KEY_ID=stepwell
export AWS_SECRET_ACCESS_KEY='a b$c'
export AWS_REGION=us-east-1
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestReadyFileThatIsNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ready.json")
	if err := os.WriteFile(path, []byte("hello"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := readReady(path); err == nil || !strings.Contains(err.Error(), "not a ready file") {
		t.Errorf("read: %v", err)
	}
}
