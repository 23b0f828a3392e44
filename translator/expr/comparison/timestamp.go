package comparison

import (
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// ParseTimestamp reads a timestamp as the States Language wants it: RFC 3339
// with capital T, and a capital Z or an offset.
func ParseTimestamp(text string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339Nano, text)
	return t, err == nil && !strings.Contains(text, ",")
}

func timestampOf(v value.Value) (time.Time, bool) {
	if v.Kind() != value.String {
		return time.Time{}, false
	}
	return ParseTimestamp(v.Text())
}

// timestamps compares points in time.
func timestamps(a, b value.Value) (int, bool) {
	s, okS := timestampOf(a)
	t, okT := timestampOf(b)
	return s.Compare(t), okS && okT
}

func isTimestamp(v, wanted value.Value) bool {
	_, ok := timestampOf(v)
	return ok == wanted.IsTrue()
}
