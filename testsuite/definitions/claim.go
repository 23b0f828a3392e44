package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// claim is a definition with what its project says of it.
type claim struct {
	file, text string
	valid      bool
	// reason says why it is not valid, in the project's words; it may be empty.
	reason string
}

// load reads the claims of a folder in the order of their names.
func load(folder string, wanted *regexp.Regexp) ([]claim, error) {
	folder = filepath.Join(folder, "definitions")
	reasons, err := readReasons(filepath.Join(folder, "invalid", "REASONS.tsv"))
	if err != nil {
		return nil, err
	}
	var claims []claim
	for _, kind := range []string{"valid", "invalid"} {
		files, err := filepath.Glob(filepath.Join(folder, kind, "*.json"))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			name := kind + "/" + filepath.Base(file)
			if !wanted.MatchString(name) {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			claims = append(claims, claim{name, string(text), kind == "valid", reasons[strings.TrimSuffix(filepath.Base(file), ".json")]})
		}
	}
	if len(claims) == 0 {
		return nil, fmt.Errorf("no definitions to look at in %s", folder)
	}
	return claims, nil
}

// readReasons reads lines of a name, a tab and a reason. A folder without
// invalid definitions needs no such file.
func readReasons(file string) (map[string]string, error) {
	content, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	reasons := map[string]string{}
	for line := range strings.Lines(string(content)) {
		name, reason, _ := strings.Cut(strings.TrimSpace(line), "\t")
		reasons[name] = reason
	}
	return reasons, nil
}

// decode gives the definition as Go values, nil when it is no JSON object.
func (c claim) decode() object {
	var o object
	if json.Unmarshal([]byte(c.text), &o) != nil {
		return nil
	}
	return o
}
