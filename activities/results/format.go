package results

import (
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// The transformations of a WriterConfig (AWS, "ResultWriter (Map)").
const (
	None    = "NONE"
	Compact = "COMPACT"
	Flatten = "FLATTEN"
)

// Format is the form that a run's results take.
type Format struct {
	// Exported results go to S3, others become the state's output.
	Exported       bool
	Transformation string
	// Lines puts a record on a line (JSONL) instead of into an array (JSON).
	Lines bool
}

// FormatOf gives the format of a run, with the service's defaults: NONE for
// results that are exported, COMPACT for others.
func FormatOf(run machine.Distribute) Format {
	f := Format{Transformation: Compact}
	w := run.Writer
	if w == nil {
		return f
	}
	if w.Resource != "" {
		f.Exported, f.Transformation = true, None
	}
	if w.Transformation != "" {
		f.Transformation = w.Transformation
	}
	f.Lines = w.OutputType == "JSONL"
	return f
}

// Keeps reports whether records of the category are part of the results: only
// an export shows what did not succeed.
func (f Format) Keeps(c wire.Category) bool { return f.Exported || c == wire.SucceededFile }

// ShowsInput reports whether records of the category hold the execution's
// input. Those that did not succeed always do.
func (f Format) ShowsInput(c wire.Category) bool {
	return f.Keeps(c) && (c != wire.SucceededFile || f.Transformation == None)
}

// separator stands between records.
func (f Format) separator() byte {
	if f.Lines && f.Exported {
		return '\n'
	}
	return ','
}
