package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/machine/teststate"
)

// testText gives the answer of test-state for people: one line for each thing
// that there is to say, and JSON below its name.
func testText(r teststate.Response) string {
	var b strings.Builder
	line := func(name, content string) {
		if content != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, content)
		}
	}
	line("status", string(r.Status))
	line("nextState", r.NextState)
	if r.Error != nil {
		line("error", *r.Error)
	}
	if r.Cause != nil {
		line("cause", *r.Cause)
	}
	line("output", indented(r.Output))
	if r.InspectionData == nil {
		return b.String()
	}
	d := r.InspectionData
	for _, stage := range []struct{ name, text string }{
		{"input", d.Input},
		{"afterInputPath", d.AfterInputPath},
		{"afterParameters", d.AfterParameters},
		{"afterArguments", d.AfterArguments},
		{"afterItemsPath", d.AfterItemsPath},
		{"afterItemsPointer", d.AfterItemsPointer},
		{"afterItemSelector", d.AfterItemSelector},
		{"afterItemBatcher", d.AfterItemBatcher},
		{"maxConcurrency", number(d.MaxConcurrency)},
		{"toleratedFailureCount", number(d.ToleratedFailureCount)},
		{"toleratedFailurePercentage", number(d.ToleratedFailurePercentage)},
		{"result", d.Result},
		{"afterResultSelector", d.AfterResultSelector},
		{"afterResultPath", d.AfterResultPath},
		{"variables", d.Variables},
	} {
		line(stage.name, indented(stage.text))
	}
	if e := d.ErrorDetails; e != nil {
		line("catchIndex", number(e.CatchIndex))
		line("retryIndex", number(e.RetryIndex))
		line("retryBackoffIntervalSeconds", number(e.RetryBackoffIntervalSeconds))
	}
	return b.String()
}

func number[T any](n *T) string {
	if n == nil {
		return ""
	}
	return fmt.Sprint(*n)
}

// indented gives a JSON text over several lines, unless it is short.
func indented(text string) string {
	const short = 80
	var b bytes.Buffer
	if len(text) <= short || json.Indent(&b, []byte(text), "", "  ") != nil {
		return text
	}
	return b.String()
}
