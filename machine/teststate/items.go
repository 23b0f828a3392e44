package teststate

import (
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// readItems reads what a source holds in JSON, JSONL or CSV (AWS, "ItemReader
// (Map)"). Of other forms, which are no text, the items are not known: nil.
func readItems(r machine.Reader, data string) ([]machine.MapItem, error) {
	switch {
	case r.Config.ManifestType != "":
		return nil, nil
	case r.Config.InputType == "" || r.Config.InputType == "JSON":
		return readJSON(data, r.Config.ItemsPointer)
	case r.Config.InputType == "JSONL":
		return readLines(data)
	case r.Config.InputType == "CSV":
		return readCSV(data, r.Config)
	}
	return nil, nil
}

// readJSON reads the elements of an array or the members of an object: of the
// document, or of what the pointer (RFC 6901) leads to.
func readJSON(data, pointer string) ([]machine.MapItem, error) {
	v, err := value.ParseString(data)
	if err != nil {
		return nil, err
	}
	for _, step := range strings.Split(pointer, "/")[1:] {
		step = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
		inner := v.Get(step)
		if i, err := strconv.Atoi(step); v.Kind() == value.Array && err == nil && i >= 0 && i < v.Len() {
			inner = v.At(i)
		}
		if v = inner; v.IsAbsent() {
			return nil, errors.New("the ItemsPointer leads to nothing in it")
		}
	}
	if v.Kind() != value.Object && v.Kind() != value.Array {
		return nil, errors.New("it holds neither an array nor an object")
	}
	return itemsOf(v), nil
}

func readLines(data string) ([]machine.MapItem, error) {
	items := []machine.MapItem{}
	for number, line := range strings.Split(data, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		v, err := value.ParseString(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number+1, err)
		}
		items = append(items, machine.MapItem{Index: int64(len(items)), Value: v})
	}
	return items, nil
}

var delimiters = map[string]rune{"": ',', "COMMA": ',', "PIPE": '|', "SEMICOLON": ';', "SPACE": ' ', "TAB": '\t'}

func readCSV(data string, config program.ReaderConfig) ([]machine.MapItem, error) {
	r := csv.NewReader(strings.NewReader(data))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = delimiters[config.CSVDelimiter], -1, true
	records, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	names := config.CSVHeaders
	if config.CSVHeaderLocation == "FIRST_ROW" && len(records) > 0 {
		names, records = records[0], records[1:]
	}
	items := make([]machine.MapItem, len(records))
	for i, record := range records {
		row := value.NewObject(len(names))
		for j, name := range names {
			cell := ""
			if j < len(record) {
				cell = record[j]
			}
			row.Put(name, value.OfString(cell))
		}
		items[i] = machine.MapItem{Index: int64(i), Value: row.Value()}
	}
	return items, nil
}
