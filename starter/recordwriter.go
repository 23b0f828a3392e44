package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// recordWriter writes records of Map Runs one by one.
type recordWriter interface {
	write(c wire.Category, record []byte) error
	close() error
}

func newRecordWriter(out io.Writer, format string) recordWriter {
	switch format {
	case "json":
		return &recordArray{out: out}
	case "jsonl":
		return &recordLines{out: out}
	case "csv":
		return &recordCSV{w: csv.NewWriter(out)}
	default:
		return &recordTable{out: out}
	}
}

// recordArray writes one array, as the records stand in the files.
type recordArray struct {
	out   io.Writer
	begun bool
}

func (w *recordArray) write(_ wire.Category, record []byte) error {
	before := ",\n"
	if !w.begun {
		w.begun, before = true, "[\n"
	}
	return put(w.out, before+string(record))
}

func (w *recordArray) close() error {
	if !w.begun {
		return put(w.out, "[]\n")
	}
	return put(w.out, "\n]\n")
}

// recordLines writes a record a line.
type recordLines struct{ out io.Writer }

func (w *recordLines) write(_ wire.Category, record []byte) error {
	if bytes.IndexByte(record, '\n') >= 0 {
		var line bytes.Buffer
		if err := json.Compact(&line, record); err != nil {
			return err
		}
		record = line.Bytes()
	}
	return put(w.out, string(record)+"\n")
}

func (w *recordLines) close() error { return nil }

// recordColumns are the columns of csv: members of a record as the service
// writes them (AWS, "ResultWriter (Map)").
func recordColumns() []string {
	return []string{"Name", "Status", "Error", "Cause", "Input", "Output", "StartDate", "StopDate", "ExecutionArn"}
}

// fieldsOf gives the members of a record. A record of COMPACT or FLATTEN is
// the output alone.
func fieldsOf(c wire.Category, record []byte) (map[string]string, error) {
	v, err := value.Parse(record)
	if err != nil {
		return nil, failed("", "a record cannot be read: %s", err)
	}
	if v.Get("ExecutionArn").IsAbsent() || v.Get("Status").IsAbsent() {
		return map[string]string{"Status": string(c), "Output": v.String()}, nil
	}
	fields := map[string]string{}
	for _, name := range recordColumns() {
		switch member := v.Get(name); member.Kind() {
		case value.Absent:
		case value.String:
			fields[name] = member.Text()
		default:
			fields[name] = member.String()
		}
	}
	return fields, nil
}

// recordCSV writes a row a record, with a head.
type recordCSV struct {
	w     *csv.Writer
	begun bool
}

func (w *recordCSV) write(c wire.Category, record []byte) error {
	if err := w.head(); err != nil {
		return err
	}
	fields, err := fieldsOf(c, record)
	if err != nil {
		return err
	}
	var row []string
	for _, name := range recordColumns() {
		row = append(row, fields[name])
	}
	return w.row(row)
}

func (w *recordCSV) head() error {
	if w.begun {
		return nil
	}
	w.begun = true
	return w.row(recordColumns())
}

func (w *recordCSV) row(row []string) error {
	if err := w.w.Write(row); err != nil {
		return &writeError{err}
	}
	return nil
}

func (w *recordCSV) close() error {
	if err := w.head(); err != nil {
		return err
	}
	w.w.Flush()
	if err := w.w.Error(); err != nil {
		return &writeError{err}
	}
	return nil
}

const recordRow = "%-9s  %-36s  %-28s  %s"

// recordTable writes a row a record, cut to what can be read.
type recordTable struct {
	out   io.Writer
	begun bool
}

func (w *recordTable) write(c wire.Category, record []byte) error {
	fields, err := fieldsOf(c, record)
	if err != nil {
		return err
	}
	if !w.begun {
		w.begun = true
		if err := w.row("STATUS", "NAME", "ERROR", "CAUSE, OUTPUT OR INPUT"); err != nil {
			return err
		}
	}
	told := fields["Input"]
	for _, name := range []string{"Output", "Cause"} {
		if fields[name] != "" {
			told = fields[name]
		}
	}
	return w.row(fields["Status"], shorten(fields["Name"], 36), shorten(fields["Error"], 28), shorten(told, shownDetails))
}

func (w *recordTable) row(status, name, failure, told string) error {
	return put(w.out, strings.TrimRight(fmt.Sprintf(recordRow, status, name, failure, told), " ")+"\n")
}

func (w *recordTable) close() error { return nil }
