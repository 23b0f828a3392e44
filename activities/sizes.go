package activities

import (
	"sync"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// mostKinds bounds how many kinds of Tasks are remembered.
const mostKinds = 1_000

// sizes remembers how large the results of Tasks were lately, so that a wave
// need not find out anew how many fit. It is safe for concurrent use.
type sizes struct {
	mu      sync.Mutex
	largest map[string]int
}

// kindOf tells Tasks apart whose results may differ in size.
func kindOf(w wire.Wave) string {
	if len(w.Tasks) == 0 {
		return ""
	}
	return w.Tasks[0].Call.Resource.ARN + " " + w.Tasks[0].State
}

// of gives the size in bytes of the largest result lately, 0 when not known.
func (s *sizes) of(kind string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.largest[kind]
}

// saw notes the size of the largest result of a wave. Larger ones of earlier
// waves fade, so that one outlier does not keep waves narrow.
func (s *sizes) saw(kind string, largest int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.largest) >= mostKinds {
		clear(s.largest)
	}
	s.largest[kind] = max(largest, s.largest[kind]*7/8)
}

func newSizes() *sizes { return &sizes{largest: map[string]int{}} }
