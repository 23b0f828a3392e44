package kill

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// taskTime is how long a Task takes, so that there is a middle to kill in.
// Items with workflows of their own start slowly: their Tasks take longer, so
// that some are under way at any time. Those of express shards take long enough
// for a shard to outlast several journals.
func taskTime(function string) time.Duration {
	switch program.LeafKind(function) {
	case program.ChildWorkflow:
		return 300 * time.Millisecond
	case program.ExpressBatch:
		return 50 * time.Millisecond
	}
	return 10 * time.Millisecond
}

// tasks is the Task server: POST /<function> with {"index": i, ...} is answered
// with 2i. It remembers every call.
type tasks struct {
	server *httptest.Server
	mu     sync.Mutex
	// calls counts by function and index.
	calls map[string]map[int]int
	// answered is when a call was answered first.
	answered map[string]map[int]time.Time
}

func newTasks(t *testing.T) *tasks {
	s := &tasks{calls: map[string]map[int]int{}, answered: map[string]map[int]time.Time{}}
	s.server = httptest.NewServer(s)
	t.Cleanup(func() {
		s.server.CloseClientConnections()
		s.server.Close()
	})
	return s
}

func (s *tasks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var input struct{ Index *int }
	if json.NewDecoder(r.Body).Decode(&input) != nil || input.Index == nil {
		http.Error(w, "no index", http.StatusBadRequest)
		return
	}
	function := strings.TrimPrefix(r.URL.Path, "/")
	s.mu.Lock()
	if s.calls[function] == nil {
		s.calls[function], s.answered[function] = map[int]int{}, map[int]time.Time{}
	}
	s.calls[function][*input.Index]++
	s.mu.Unlock()
	time.Sleep(taskTime(function))
	s.mu.Lock()
	if _, before := s.answered[function][*input.Index]; !before {
		s.answered[function][*input.Index] = time.Now()
	}
	s.mu.Unlock()
	fmt.Fprint(w, 2**input.Index) // the caller may have gone
}

// count gives how often a function was called.
func (s *tasks) count(function string) (n int) {
	for _, times := range s.callsOf(function) {
		n += times
	}
	return n
}

// callsOf gives how often a function was called with each index.
func (s *tasks) callsOf(function string) map[int]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.calls[function])
}

// answeredBefore gives the indexes of a function that were answered before a time.
func (s *tasks) answeredBefore(function string, at time.Time) map[int]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[int]bool{}
	for i, answered := range s.answered[function] {
		if answered.Before(at) {
			all[i] = true
		}
	}
	return all
}

// routes gives a route table that sends all functions here.
func (s *tasks) routes(functions ...string) string {
	var b strings.Builder
	b.WriteString("routes:\n")
	for _, f := range functions {
		fmt.Fprintf(&b, "  - function: %s\n    http: {url: '%s/%s'}\n", f, s.server.URL, f)
	}
	return b.String()
}
