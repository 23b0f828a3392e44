package value

import (
	"strings"
	"time"
)

// Time reads a string as a timestamp of the States Language: RFC 3339 with a
// capital T, and a capital Z or an offset (specification, "Timestamps").
func (v Value) Time() (t time.Time, ok bool) {
	if v.kind != String {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339Nano, v.text)
	// Go also takes an hour of one digit, and a comma for the point.
	return t, err == nil && v.text[len("2006-01-02T15")] == ':' && !strings.Contains(v.text, ",")
}
