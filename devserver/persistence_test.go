package main

import (
	"os"
	"path/filepath"
	"testing"
)

// A process killed while it made the tables leaves a database without some of
// them; the marker beside it must make the next start begin again.
func TestInterruptedSchemaIsMadeAgain(t *testing.T) {
	o := options{dataDir: t.TempDir(), namespaces: []string{"default"}}
	path := filepath.Join(o.dataDir, "temporal.db")
	for _, leftover := range []string{path, path + ".incomplete"} {
		if err := os.WriteFile(leftover, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := openDatabase(o); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + ".incomplete"); err == nil {
		t.Error("the marker outlives the set-up")
	}
	if _, err := openDatabase(o); err != nil {
		t.Errorf("open again: %v", err)
	}
}

func TestDatabaseInOddFolder(t *testing.T) {
	o := options{dataDir: filepath.Join(t.TempDir(), "50% #1 ?x=y"), namespaces: []string{"default"}}
	if err := os.Mkdir(o.dataDir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := openDatabase(o); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(o.dataDir, "temporal.db")); err != nil {
		t.Error(err)
	}
}

func TestForeignFileIsNotADatabase(t *testing.T) {
	o := options{dataDir: t.TempDir(), namespaces: []string{"default"}}
	path := filepath.Join(o.dataDir, "temporal.db")
	if err := os.WriteFile(path, []byte("not a database, and long enough to be looked at by SQLite as one......................................"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := openDatabase(o)
	if err == nil {
		t.Fatal("a foreign file was opened")
	}
	t.Log(err)
}
