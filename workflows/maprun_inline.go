package workflows

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// inlineOutput gives the output of a Map Run without staging: what its items'
// executions gave, in the order of items, or a text with one of them a line;
// executions that did not succeed have no place in it (AWS, "ResultWriter (Map)":
// COMPACT, FLATTEN; JSONL).
func inlineOutput(writer *machine.Writer, records []wire.Record) (value.Value, *machine.Failure) {
	flatten := writer != nil && writer.Transformation == "FLATTEN"
	if writer != nil && writer.Transformation == "NONE" {
		failure := machine.Fault(machine.ErrorResultWriterFailed,
			"A Map Run whose WriterConfig asks for the Transformation NONE needs a staging location: set STEPWELL_STAGING of the worker to s3://bucket/prefix")
		return value.Value{}, &failure
	}
	slices.SortFunc(records, func(a, b wire.Record) int { return cmp.Compare(a.First, b.First) })
	var outputs []value.Value
	bytes := 0
	for _, record := range records {
		if record.Ended.Status != machine.Succeeded {
			continue
		}
		output := record.Ended.Output.Or(value.NullValue)
		bytes += output.Size() + 1
		if flatten && output.Kind() == value.Array {
			outputs = append(outputs, output.Elements()...)
		} else {
			outputs = append(outputs, output)
		}
	}
	if bytes > wire.ValueLimit {
		failure := tooLarge(fmt.Sprintf("The output of the Map Run with %d items", len(records)), bytes)
		return value.Value{}, &failure
	}
	if writer != nil && writer.OutputType == "JSONL" {
		var lines []byte
		for _, output := range outputs {
			lines = append(output.Append(lines), '\n')
		}
		return value.OfString(string(lines)), nil
	}
	return value.OfArray(outputs), nil
}
