package value_test

import (
	"testing"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/stretchr/testify/assert"
)

func TestTime(t *testing.T) {
	noon := time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"2024-02-29T12:00:00Z":           noon,
		"2024-02-29T12:00:00.000Z":       noon,
		"2024-02-29T12:00:00.5Z":         noon.Add(time.Second / 2),
		"2024-02-29T12:00:00.123456789Z": noon.Add(123456789),
		"2024-02-29T14:30:00+02:30":      noon,
		"2024-02-29T04:00:00-08:00":      noon,
	} {
		got, ok := value.OfString(text).Time()
		assert.True(t, ok && got.Equal(want), "%s: %s", text, got)
	}
	for _, text := range []string{
		"", "2024-02-29", "12:00:00Z", "2024-02-29T12:00:00", "2024-02-29 12:00:00Z", "2024-02-29t12:00:00Z", "2024-02-29T12:00:00z",
		"2024-02-30T12:00:00Z", "2024-13-01T12:00:00Z", "2024-02-29T24:00:00Z", "2024-02-29T25:00:00Z", "2024-02-29T1:00:00Z",
		"2024-02-29T12:00:00,5Z", "2024-02-29T12:00:00.Z", "29-02-2024T12:00:00Z", "2024-02-29T12:00:00+0200", "2024-02-29T12:00:00Z ", "1709208000",
	} {
		_, ok := value.OfString(text).Time()
		assert.False(t, ok, "%q", text)
	}
}
