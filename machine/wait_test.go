package machine_test

import (
	"testing"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/stretchr/testify/assert"
)

func TestTimestamp(t *testing.T) {
	east := time.FixedZone("", 2*3600)
	for want, at := range map[string]time.Time{
		`"2026-01-02T03:04:05Z"`:           time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		`"2026-01-02T03:04:05.120Z"`:       time.Date(2026, 1, 2, 3, 4, 5, 120_000_000, time.UTC),
		`"2026-01-02T03:04:05.000120Z"`:    time.Date(2026, 1, 2, 3, 4, 5, 120_000, time.UTC),
		`"2026-01-02T03:04:05.000000001Z"`: time.Date(2026, 1, 2, 3, 4, 5, 1, time.UTC),
		`"2026-01-02T01:04:00Z"`:           time.Date(2026, 1, 2, 3, 4, 0, 0, east),
		`"0999-12-31T00:00:00.100Z"`:       time.Date(999, 12, 31, 0, 0, 0, 100_000_000, time.UTC),
	} {
		assert.Equal(t, want, machine.Timestamp(at).String())
	}
}
