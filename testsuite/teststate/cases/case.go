package cases

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine/teststate"
	"github.com/seed-a99ddb6e/stepwell/testsuite/recordings"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Case is one call of TestState as AWS answered it.
type Case struct {
	ID         string            `json:"id"`
	Definition value.Value       `json:"definition"`
	Request    teststate.Request `json:"request"`
	// Outcome is response or error.
	Outcome  string      `json:"outcome"`
	Expected value.Value `json:"expected"`
	Error    struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
	Normalizers []Normalizer      `json:"normalizers"`
	Bindings    map[string]string `json:"bindings"`
}

// Normalizer is one replacement that the recording made.
type Normalizer struct {
	Replacement string `json:"replacement"`
	// Reference numbers the values; absent means true.
	Reference *bool `json:"replace_reference"`
}

// Load reads the TestState calls of all files aws/*.jsonl below a folder.
func Load(folder string) ([]*Case, error) { return recordings.Load(folder, parse) }

// parse reads one line; nil for one of another kind.
func parse(line []byte, _ int) (*Case, error) {
	var kind struct{ Outcome, Request json.RawMessage }
	if err := json.Unmarshal(line, &kind); err != nil {
		return nil, err
	}
	if kind.Outcome == nil || kind.Request == nil {
		return nil, nil
	}
	c := &Case{}
	return c, json.Unmarshal(line, c)
}

// Name gives the part of the id that people know the case by.
func (c *Case) Name() string { return recordings.Name(c.ID) }

// Skip gives the reason why the case cannot be run, "" for none.
func (c *Case) Skip() string {
	switch {
	case strings.HasPrefix(c.Error.Code, "boto:"):
		return "refused by the caller's SDK, never sent"
	case c.Outcome == "response" && c.Request.Mock == nil && c.Request.StateName == "" && c.Definition.Get("Type").Text() == "Task":
		return "calls a service: there is no mock"
	}
	return ""
}

// Run makes the call and gives the first difference; nil when there is none.
func (c *Case) Run() error {
	r := c.Request
	r.Definition = c.Definition.String()
	if c.Definition.Kind() == value.String {
		r.Definition = c.Definition.Text()
	}
	r.Time = time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC)
	response, err := teststate.Test(r)
	var fault *teststate.Fault
	switch {
	case errors.As(err, &fault) && c.Outcome == "error":
		if fault.Code != c.Error.Code || fault.Message != c.Error.Message {
			return fmt.Errorf("error: want %s: %s, got %w", c.Error.Code, c.Error.Message, fault)
		}
		return nil
	case err != nil:
		return fmt.Errorf("want a response, got %w", err)
	case c.Outcome == "error":
		return fmt.Errorf("want %s: %s, got a response: %s", c.Error.Code, c.Error.Message, response.Status)
	}
	text, err := json.Marshal(response)
	if err != nil {
		return err
	}
	got, err := value.Parse(text)
	if err != nil {
		return err
	}
	return c.comparison().response(got)
}
