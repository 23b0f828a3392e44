package recordings

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Load reads all files aws/*.jsonl below a folder, in the order of their names.
// parse reads a line, and gives nil for one of another kind; number is how many
// cases came before it.
func Load[Case any](folder string, parse func(line []byte, number int) (*Case, error)) ([]*Case, error) {
	files, err := filepath.Glob(filepath.Join(folder, "aws", "*.jsonl"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("there are no cases aws/*.jsonl in %s", folder)
	}
	var cases []*Case
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for number, line := range bytes.Split(text, []byte("\n")) {
			if len(bytes.TrimSpace(line)) == 0 {
				continue
			}
			c, err := parse(line, len(cases))
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %w", file, number+1, err)
			}
			if c != nil {
				cases = append(cases, c)
			}
		}
	}
	return cases, nil
}

// Name gives the part of a case's id that people know it by.
func Name(id string) string {
	if _, name, found := strings.Cut(id, "::"); found {
		return name
	}
	return id
}
