package results

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Execution is one item's (or batch's) execution, for its record.
type Execution struct {
	// First is the index of its first item.
	First  int64
	Origin machine.Origin
	Input  value.Value
	Ended  wire.Ended
	// Redrives is how often it was redriven; Lasting tells that it did not succeed
	// and cannot be redriven.
	Redrives int
	Lasting  bool
}

// Renderer appends records to texts. It is not safe for concurrent use.
type Renderer struct {
	Format  Format
	scratch []byte
}

// Append adds the record of an execution that ended, or is pending. It may be
// nothing: an empty array that is flattened. Records of results that are not exported
// stand in an array with their index, by which [Array] puts them in order.
func (r *Renderer) Append(dst []byte, e Execution) []byte {
	c := wire.CategoryOf(e.Ended.Status)
	if r.Format.Exported {
		return r.body(dst, c, e)
	}
	dst = append(dst, '[')
	dst = strconv.AppendInt(dst, e.First, 10)
	dst = append(dst, ',')
	return append(r.body(dst, c, e), ']')
}

func (r *Renderer) body(dst []byte, c wire.Category, e Execution) []byte {
	if c != wire.SucceededFile || r.Format.Transformation == None {
		return r.record(dst, e)
	}
	if r.Format.Transformation == Flatten && r.Format.Exported && e.Ended.Output.Kind() == value.Array {
		for i, element := range e.Ended.Output.Elements() {
			if i > 0 {
				dst = append(dst, r.Format.separator())
			}
			dst = element.Append(dst)
		}
		return dst
	}
	return e.Ended.Output.Append(dst)
}

// Texts of records, in AWS's order of members, which is alphabetical.
const (
	included        = `,"InputDetails":{"Included":true},"Name":`
	notIncluded     = `,"InputDetails":{"Included":false},"Name":`
	outputIncluded  = `,"OutputDetails":{"Included":true},"RedriveCount":`
	redriveStatus   = `,"RedriveStatus":`
	lasting         = `"NOT_REDRIVABLE","RedriveStatusReason":"Where the execution stood is not known, or too large to be kept"`
	notRedrivable   = `"NOT_REDRIVABLE","RedriveStatusReason":"Execution is SUCCEEDED and cannot be redriven"`
	redrivableByRun = `"REDRIVABLE_BY_MAP_RUN"`
	timeForm        = `"2006-01-02T15:04:05.000Z"`
)

// record adds the whole record of an execution.
func (r *Renderer) record(dst []byte, e Execution) []byte {
	dst = append(dst, '{')
	if f := e.Ended.Failure; f != nil {
		dst = failurePart(dst, `"Cause":`, f.Cause)
		dst = failurePart(dst, `"Error":`, f.Error)
	}
	dst = r.identity(dst, e)
	if e.Ended.Status == machine.Succeeded {
		dst = append(dst, `,"Output":`...)
		dst = r.text(dst, e.Ended.Output)
	}
	dst = strconv.AppendInt(append(dst, outputIncluded...), int64(e.Redrives), 10)
	dst = append(dst, redriveStatus...)
	switch {
	case e.Ended.Status == machine.Succeeded:
		dst = append(dst, notRedrivable...)
	case e.Lasting:
		dst = append(dst, lasting...)
	default:
		dst = append(dst, redrivableByRun...)
	}
	pending := wire.CategoryOf(e.Ended.Status) == wire.PendingFile // not started
	if !pending {
		dst = appendTime(append(dst, `,"StartDate":`...), e.Ended.Started)
	}
	dst = appendString(append(dst, `,"StateMachineArn":`...), e.Origin.StateMachineID)
	dst = appendString(append(dst, `,"Status":`...), string(e.Ended.Status))
	if !pending {
		dst = appendTime(append(dst, `,"StopDate":`...), e.Ended.Stopped)
	}
	return append(dst, '}')
}

// identity adds the members from ExecutionArn to Name.
func (r *Renderer) identity(dst []byte, e Execution) []byte {
	dst = append(dst, `"ExecutionArn":`...)
	dst = appendString(dst, e.Origin.ID)
	if e.Input.IsAbsent() {
		dst = append(dst, notIncluded...)
		return appendString(dst, e.Origin.Name)
	}
	dst = append(dst, `,"Input":`...)
	dst = r.text(dst, e.Input)
	dst = append(dst, included...)
	return appendString(dst, e.Origin.Name)
}

// text adds the JSON text of v as a string.
func (r *Renderer) text(dst []byte, v value.Value) []byte {
	r.scratch = v.Append(r.scratch[:0])
	dst, _ = jsontext.AppendQuote(dst, r.scratch)
	return dst
}

func failurePart(dst []byte, member string, v value.Value) []byte {
	if v.IsAbsent() {
		return dst
	}
	dst = append(dst, member...)
	return append(v.Append(dst), ',')
}

func appendString(dst []byte, s string) []byte {
	dst, _ = jsontext.AppendQuote(dst, s)
	return dst
}

func appendTime(dst []byte, t time.Time) []byte { return t.UTC().AppendFormat(dst, timeForm) }
