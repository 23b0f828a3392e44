package results

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// ArrayLimit is the size in bytes of a state's output that can pass where
// nothing says otherwise.
const ArrayLimit = 3 << 19

// LargeError is a result that is too large to be a state's output.
type LargeError struct {
	// Limit is what it may have in bytes.
	Limit int
}

func (e LargeError) Error() string {
	return fmt.Sprintf("The results are larger than %d bytes, more than a state's output can hold. Export them to S3 with a ResultWriter.", e.Limit)
}

// Array gathers the results of a run that exports nothing.
type Array struct {
	Format Format
	// Limit is the size in bytes of a state's output that can pass; 0 means
	// [ArrayLimit].
	Limit int
	size  int
	parts []ordered
}

func (a *Array) limit() int { return cmp.Or(a.Limit, ArrayLimit) }

type ordered struct {
	first  int64
	record value.Value
}

// Add adds the records of a part. The error is a [LargeError], or that of a
// damaged part.
func (a *Array) Add(records []byte) error {
	a.size += len(records)
	if a.size > 2*a.limit() {
		return LargeError{a.limit()}
	}
	all, err := value.Parse(append(append([]byte{'['}, records...), ']'))
	if err != nil {
		return err
	}
	for _, record := range all.Elements() {
		if record.Len() != 2 {
			return fmt.Errorf("a part holds %s instead of a record with its index", record)
		}
		first, _ := record.At(0).Int()
		a.parts = append(a.parts, ordered{first, record.At(1)})
	}
	return nil
}

// Output gives the records in the order of their items: an array, or, for
// JSONL, a string with a record a line.
func (a *Array) Output() (value.Value, error) {
	slices.SortFunc(a.parts, func(x, y ordered) int { return cmp.Compare(x.first, y.first) })
	var elements []value.Value
	for _, p := range a.parts {
		if a.Format.Transformation == Flatten && p.record.Kind() == value.Array {
			elements = append(elements, p.record.Elements()...)
		} else {
			elements = append(elements, p.record)
		}
	}
	output := value.OfArray(elements)
	if a.Format.Lines {
		var text []byte
		for _, e := range elements {
			text = append(e.Append(text), '\n')
		}
		output = value.OfString(string(text))
	}
	if output.Size() > a.limit() {
		return value.Value{}, LargeError{a.limit()}
	}
	return output, nil
}
