package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// checkInput judges how many bytes the input of an execution has. AWS takes 256
// KiB; what bounds it here is Temporal's payload of 2 MiB, which the definition
// shares, or memory where what is larger goes to staging.
func (c *console) checkInput(v value.Value) error {
	bytes := v.Size()
	switch {
	case bytes <= wire.ValueLimit:
		return nil
	case c.setting(stagingSetting, "") == "":
		return failed("set "+stagingSetting+"=s3://bucket/prefix, as for the workers; or put the data into S3 and give the execution its bucket and key",
			"the input has %d bytes; at most %d can be given to an execution without staging, and %d with it", bytes, wire.ValueLimit, wire.StagedLimit)
	case bytes > wire.StagedLimit:
		return failed("put the data into S3 and give the execution its bucket and key",
			"the input has %d bytes; at most %d can be given to an execution", bytes, wire.StagedLimit)
	}
	return nil
}

// readInput gives the input that a flag --input names: JSON, @file, or - for
// stdin.
func (c *console) readInput(flag string) (value.Value, error) {
	name, text := "--input", flag
	var err error
	switch {
	case flag == standardInput:
		name = "stdin"
		text, err = c.readFile(standardInput)
	case strings.HasPrefix(flag, "@"):
		name = flag[1:]
		text, err = c.readFile(name)
	}
	if err != nil {
		return value.Value{}, err
	}
	v, err := value.ParseString(text)
	if err != nil {
		f := failed(inputHint(name, text, err), "Invalid State Machine Execution Input: %s is not JSON", name)
		f.usage = name == "--input"
		return value.Value{}, f
	}
	return v, nil
}

// inputHint shows where the text stops being JSON.
func inputHint(name, text string, err error) string {
	at, reason := len(text), err.Error()
	var syntax *value.SyntaxError
	if errors.As(err, &syntax) {
		at, reason = int(syntax.Offset), strings.TrimPrefix(syntax.Reason, "jsontext: ")
		reason, _, _ = strings.Cut(reason, " after offset ") // the place is told already
	}
	shown := source.NewText(name, text)
	p := shown.Position(at)
	line := []rune(shown.Line(p.Line))
	start := max(0, p.Column-1-40)
	end := min(len(line), start+80)
	return fmt.Sprintf("%s:%d:%d: %s\n%s\n%s^\ngive JSON, such as --input '{\"bucket\":\"b\"}', or a file of it: --input @input.json",
		name, p.Line, p.Column, reason, string(line[start:end]), strings.Repeat(" ", max(0, p.Column-1-start)))
}
