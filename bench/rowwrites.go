package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// countRows has the database count the rows that are written from now on, by
// triggers on Temporal's tables. It needs the command sqlite3, and costs time:
// what is measured meanwhile is nothing but these counts.
func (s *stage) countRows() error {
	tables, err := s.sqlite("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE '%_fts_%' AND name NOT LIKE 'sqlite_%'")
	if err != nil {
		return err
	}
	script := "CREATE TABLE bench_rows (name TEXT PRIMARY KEY, n INTEGER);\n"
	for _, row := range tables {
		script += fmt.Sprintf("INSERT INTO bench_rows VALUES ('%s', 0);\n", row[0])
		for _, change := range []string{"INSERT", "UPDATE", "DELETE"} {
			script += fmt.Sprintf("CREATE TRIGGER bench_%[2]s_%[1]s AFTER %[2]s ON %[1]s BEGIN UPDATE bench_rows SET n = n + 1 WHERE name = '%[1]s'; END;\n", row[0], change)
		}
	}
	_, err = s.sqlite(script)
	return err
}

// rowsWritten gives the rows of each table that were written, where there were
// any.
func (s *stage) rowsWritten() (map[string]int64, error) {
	table, err := s.sqlite("SELECT name, n FROM bench_rows WHERE n > 0")
	if err != nil {
		return nil, err
	}
	written := map[string]int64{}
	for _, row := range table {
		if written[row[0]], err = strconv.ParseInt(row[1], 10, 64); err != nil {
			return nil, err
		}
	}
	return written, nil
}

// sqlite runs statements on Temporal's database and gives the rows they yield.
func (s *stage) sqlite(statements string) ([][]string, error) {
	command := exec.Command("sqlite3", "-csv", "-cmd", ".timeout 5000", filepath.Join(s.folder, s.temporal.name, "temporal.db"))
	command.Stdin = strings.NewReader(statements + ";\n")
	var out, said bytes.Buffer
	command.Stdout, command.Stderr = &out, &said
	if err := command.Run(); err != nil || said.Len() > 0 {
		return nil, fmt.Errorf("sqlite3: %v\n%s", err, &said)
	}
	return csv.NewReader(&out).ReadAll()
}
