package activities

import (
	"cmp"
	"fmt"
	"unicode/utf8"

	"github.com/seed-a99ddb6e/stepwell/activities/staging"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

const (
	// maxError and maxCause are the lengths in characters that an error and a
	// cause may have (AWS API, HistoryEvent).
	maxError = 256
	maxCause = 32_768
)

// failed gives the outcome that is this failure.
func failed(f machine.Failure) machine.Outcome { return machine.Outcome{Failure: &f} }

// succeeded gives the outcome with this output.
func succeeded(output value.Value) machine.Outcome {
	return machine.Outcome{Output: output.Or(value.NullValue)}
}

// ceiling is what one value may amount to in a payload, in bytes; 0 stands for
// wire.ValueLimit, which holds for a process without staging.
type ceiling int

func (c ceiling) bytes() int { return cmp.Or(int(c), wire.ValueLimit) }

// otherwise says what else to do with a value that is larger.
func (c ceiling) otherwise() string {
	if c.bytes() >= wire.StagedLimit {
		return ""
	}
	return fmt.Sprintf(" With %s=s3://bucket/prefix set for the workers %d can pass.", staging.Setting, wire.StagedLimit)
}

// bounded gives the outcome within the bounds of results, errors and causes.
func (s *Services) bounded(call machine.Call, o machine.Outcome) machine.Outcome {
	if o.Failure != nil {
		f := *o.Failure
		f.Error, f.Cause = cut(f.Error, maxError), cut(f.Cause, maxCause)
		return failed(f)
	}
	if size := wire.PayloadSize(o.Output); size > s.ceiling.bytes() {
		return failed(machine.Fault(machine.ErrorDataLimitExceeded, fmt.Sprintf(
			"The state/task '%s' returned a result with a size exceeding the maximum number of bytes service limit."+
				" It has %d bytes; at most %d can pass. Write it to S3 and return its key.%s", call.Resource.ARN, size, s.ceiling.bytes(), s.ceiling.otherwise())))
	}
	return succeeded(o.Output)
}

// cut shortens a text to so many characters; what is not a text stays.
func cut(v value.Value, characters int) value.Value {
	if v.Kind() != value.String || len(v.Text()) <= characters {
		return v
	}
	return value.OfString(cutText(v.Text(), characters))
}

// cutText shortens a text to so many characters.
func cutText(text string, characters int) string {
	if utf8.RuneCountInString(text) <= characters {
		return text
	}
	for i := range text {
		if characters--; characters < 0 {
			return text[:i]
		}
	}
	return text
}
