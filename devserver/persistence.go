package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.temporal.io/server/common/config"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/schema/sqlite"
	"google.golang.org/protobuf/types/known/durationpb"
)

// retention is how long a closed workflow stays. Histories and redrive last as
// long, so it is generous; the disk of a developer bears it.
const retention = 7 * 24 * time.Hour

// openDatabase returns the configuration of Temporal's SQLite file in the data
// folder, with its schema in place and the namespaces made.
//
// The file is in WAL mode: a killed process loses no committed transaction and
// leaves nothing to repair, which synchronous=normal upholds for everything but
// a power cut.
func openDatabase(o options) (*config.SQL, error) {
	path := filepath.Join(o.dataDir, "temporal.db")
	database := &config.SQL{
		PluginName:   sqliteplugin.PluginName,
		DatabaseName: uriPath(path),
		ConnectAttributes: map[string]string{
			"mode":         "rwc",
			"journal_mode": "wal",
			"synchronous":  "normal",
			"busy_timeout": "5000",
		},
	}
	if err := ensureSchema(path, database); err != nil {
		return nil, fmt.Errorf("set up Temporal's database %s: %w; check that the folder is writable, or choose another with --data", path, err)
	}
	if err := ensureNamespaces(o.namespaces, database); err != nil {
		return nil, fmt.Errorf("open Temporal's database %s: %w; move the file away, or choose another folder with --data", path, err)
	}
	return database, nil
}

// uriPath escapes what would end the path in the URI that Temporal builds from
// the database name.
func uriPath(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}

// ensureSchema creates the tables of a new database. Temporal does that in many
// transactions; a marker file stands beside the database meanwhile, so that a
// process killed halfway is noticed and its tableless file, which cannot hold
// data yet, is made again.
func ensureSchema(path string, database *config.SQL) error {
	marker := path + ".incomplete"
	_, unfinished := os.Stat(marker)
	_, present := os.Stat(path)
	switch {
	case unfinished == nil:
		for _, leftover := range []string{path, path + "-wal", path + "-shm"} {
			if err := os.Remove(leftover); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	case present == nil:
		return nil
	default:
		if err := os.WriteFile(marker, nil, 0o644); err != nil {
			return err
		}
	}
	if err := sqlite.SetupSchema(database); err != nil {
		return err
	}
	return os.Remove(marker)
}

// ensureNamespaces writes the absent ones straight into the database: there is
// no moment at which the server runs and a namespace is not known yet.
func ensureNamespaces(names []string, database *config.SQL) error {
	var absent []*sqlite.NamespaceConfig
	for _, name := range names {
		namespace, err := sqlite.NewNamespaceConfig(clusterName, name, false, nil)
		if err != nil {
			return err
		}
		namespace.Detail.Config.Retention = durationpb.New(retention)
		absent = append(absent, namespace)
	}
	return sqlite.CreateNamespaces(database, absent...)
}
