package suite

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Case is one expression with what it must give.
type Case struct {
	// ID is group/file, and #n behind it in a file of several.
	ID   string
	Text string
	// Fields are the members of the case as written.
	Fields value.Value
	// Input is the document, absent for none.
	Input value.Value
}

// Load reads all cases below a folder, in the order of their names.
func Load(folder string) ([]Case, error) {
	files, err := filepath.Glob(filepath.Join(folder, "groups", "*", "*.json"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no cases in %s", filepath.Join(folder, "groups"))
	}
	sort.Strings(files)
	datasets := map[string]value.Value{}
	var cases []Case
	for _, file := range files {
		written, err := read(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		group, name := filepath.Base(filepath.Dir(file)), strings.TrimSuffix(filepath.Base(file), ".json")
		list := []value.Value{written}
		if written.Kind() == value.Array {
			list = written.Elements()
		}
		for n, fields := range list {
			c := Case{ID: group + "/" + name, Fields: fields}
			if len(list) > 1 {
				c.ID = fmt.Sprintf("%s#%d", c.ID, n)
			}
			if err := c.load(folder, filepath.Dir(file), datasets); err != nil {
				return nil, fmt.Errorf("%s: %w", c.ID, err)
			}
			cases = append(cases, c)
		}
	}
	return cases, nil
}

func (c *Case) load(folder, groupFolder string, datasets map[string]value.Value) error {
	c.Text = c.Fields.Get("expr").Text()
	if file, ok := c.Fields.Member("expr-file"); ok {
		text, err := os.ReadFile(filepath.Join(groupFolder, file.Text()))
		if err != nil {
			return err
		}
		c.Text = string(text)
	}
	c.Input = c.Fields.Get("data")
	name := c.Fields.Get("dataset")
	if name.Kind() != value.String {
		return nil
	}
	if _, known := datasets[name.Text()]; !known {
		document, err := read(filepath.Join(folder, "datasets", name.Text()+".json"))
		if err != nil {
			return err
		}
		datasets[name.Text()] = document
	}
	c.Input = datasets[name.Text()]
	return nil
}

func read(file string) (value.Value, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return value.Value{}, err
	}
	return value.ParseString(loneSurrogates(string(text)))
}

var surrogates = regexp.MustCompile(`\\\\|(?i:\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2})|(?i:\\ud[89a-f][0-9a-f]{2})`)

// loneSurrogates turns the escape of a surrogate without a partner into the
// text of that escape: UTF-8 cannot hold it, but in an expression it means the
// same.
func loneSurrogates(text string) string {
	return surrogates.ReplaceAllStringFunc(text, func(escape string) string {
		if len(escape) == 6 {
			return `\` + escape
		}
		return escape
	})
}
