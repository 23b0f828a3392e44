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
// that some are under way at any time.
func taskTime(function string) time.Duration {
	if function == string(program.ChildWorkflow) {
		return 300 * time.Millisecond
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
}

func newTasks(t *testing.T) *tasks {
	s := &tasks{calls: map[string]map[int]int{}}
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
		s.calls[function] = map[int]int{}
	}
	s.calls[function][*input.Index]++
	s.mu.Unlock()
	time.Sleep(taskTime(function))
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

// routes gives a route table that sends all functions here.
func (s *tasks) routes(functions ...string) string {
	var b strings.Builder
	b.WriteString("routes:\n")
	for _, f := range functions {
		fmt.Fprintf(&b, "  - function: %s\n    http: {url: '%s/%s'}\n", f, s.server.URL, f)
	}
	return b.String()
}
