package kill

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
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

// workerHeader tells the Task server which worker calls.
const workerHeader = "Stepwell-Test-Worker"

// call is one call of a function. Answered is zero while it is under way.
type call struct {
	worker          int
	began, answered time.Time
}

// before reports whether the call was answered before that moment.
func (c call) before(at time.Time) bool { return !c.answered.IsZero() && c.answered.Before(at) }

// tasks is the Task server: POST /<function> with {"index": i, ...} is answered
// with 2i. It remembers every call.
type tasks struct {
	server *httptest.Server
	// poison, unless nil, answers in its own way to the calls for which it
	// reports true; times is how often the item was called before.
	poison func(w http.ResponseWriter, r *http.Request, index, times int) bool

	mu sync.Mutex
	// calls are by function and index.
	calls map[string]map[int][]call
}

func newTasks(t *testing.T) *tasks {
	s := &tasks{calls: map[string]map[int][]call{}}
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
	function, index := strings.TrimPrefix(r.URL.Path, "/"), *input.Index
	number := s.begin(function, index, r)
	time.Sleep(taskTime(function))
	s.mu.Lock()
	s.calls[function][index][number].answered = time.Now()
	s.mu.Unlock()
	if s.poison == nil || !s.poison(w, r, index, number) {
		fmt.Fprint(w, 2*index) // the caller may have gone
	}
}

// begin notes a call and gives its number among those for the item.
func (s *tasks) begin(function string, index int, r *http.Request) (number int) {
	worker, _ := strconv.Atoi(r.Header.Get(workerHeader))
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calls[function] == nil {
		s.calls[function] = map[int][]call{}
	}
	number = len(s.calls[function][index])
	s.calls[function][index] = append(s.calls[function][index], call{worker: worker, began: time.Now()})
	return number
}

// begun gives for how many items a function was called.
func (s *tasks) begun(function string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.calls[function])
}

// callsOf gives the calls of a function by index.
func (s *tasks) callsOf(function string) map[int][]call {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := maps.Clone(s.calls[function])
	for i, calls := range all {
		all[i] = append([]call(nil), calls...)
	}
	return all
}

// routes gives a route table that sends all functions here.
func (s *tasks) routes(worker int) string {
	var b strings.Builder
	b.WriteString("routes:\n")
	for _, leaf := range leaves() {
		fmt.Fprintf(&b, "  - function: %s\n    http: {url: '%s/%s', headers: {%s: '%d'}}\n", leaf, s.server.URL, leaf, workerHeader, worker)
	}
	return b.String()
}
