package endtoend

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"

	"github.com/seed-a99ddb6e/stepwell/activities"
	"github.com/seed-a99ddb6e/stepwell/activities/breaker"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// unsteady is a service that is away, from its first call on for a while, and gives
// the payload back then. It stands behind a route for the function unsteady.
type unsteady struct {
	server *httptest.Server

	mu       sync.Mutex
	away     time.Duration
	steady   int         // calls that it answers before it goes away
	answered []time.Time // calls that it answered
	calls    []time.Time // while it was away
}

func newUnsteady(t *testing.T) *unsteady {
	u := &unsteady{}
	u.server = httptest.NewServer(u)
	t.Cleanup(u.server.Close)
	return u
}

// goAway lets it be away for so long.
func (u *unsteady) goAway(d time.Duration) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.away = d
}

func (u *unsteady) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	u.mu.Lock()
	now := time.Now()
	away := u.away > 0 && len(u.answered) >= u.steady && (len(u.calls) == 0 || now.Before(u.calls[0].Add(u.away)))
	if away {
		u.calls = append(u.calls, now)
	} else {
		u.answered = append(u.answered, now)
	}
	u.mu.Unlock()
	if away {
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	}
	_, _ = io.Copy(w, r.Body) // the caller may have gone
}

// seen gives how many calls it refused in each second, from the first on.
func (u *unsteady) seen() (seconds []int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, at := range u.calls {
		second := int(at.Sub(u.calls[0]) / time.Second)
		for len(seconds) <= second {
			seconds = append(seconds, 0)
		}
		seconds[second]++
	}
	return seconds
}

// times gives when it was called: calls that it answered, and that it refused.
func (u *unsteady) times() (answered, refused []time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Clone(u.answered), slices.Clone(u.calls)
}

// guardedWorld is a world whose functions named unsteady... are behind a circuit
// that opens for a while.
func guardedWorld(t *testing.T, wait bool, open time.Duration) (*world, *unsteady) {
	u := newUnsteady(t)
	return newWorld(t, settings{
		routes: fmt.Sprintf("routes:\n  - function: unsteady*\n    http: {url: %q}\n", u.server.URL+"/unsteady"),
		circuits: activities.Circuits{
			Group: breaker.New(breaker.Settings{Threshold: breaker.Threshold{InARow: 5}, Window: time.Minute, Open: open, Probes: 1}),
			Wait:  wait,
		},
	}), u
}

// TestBreakerSparesTheService runs a map of every leaf over a service that is away
// for a while: it sees the calls that were under way, and then a probe now and
// then. Nothing of the map is lost.
func TestBreakerSparesTheService(t *testing.T) {
	t.Parallel()
	items := map[program.LeafKind]int{program.ExpressBatch: 1_000, program.PackedShard: 600, program.ChildWorkflow: 40}
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		w, u := guardedWorld(t, true, time.Second)
		n, prefix := items[leaf], w.prefix+"results"
		from := fillCSV(t, w, n)
		u.goAway(6 * time.Second)
		e := w.startMap(t, distributed{leaf: leaf, reader: from.reader, prefix: prefix, more: `"MaxConcurrency":60`,
			processor: `"StartAt":"Ask","States":{"Ask":` + ask("unsteady", `"Retry":[{"ErrorEquals":["Lambda.ServiceException"],"IntervalSeconds":1,"BackoffRate":1,"MaxAttempts":20}],"End":true`) + `}`}, "")
		w.exported(t, prefix, e.succeeds()).requireOnce(t, n)
		e.requireCounts(leaf, wire.Counts{Succeeded: int64(n)})
		seconds := u.seen()
		t.Logf("calls a second while away: %v", seconds)
		require.GreaterOrEqual(t, len(seconds), 3)
		total := 0
		for second, calls := range seconds {
			if total += calls; second > 1 { // until then those come in that were under way
				assert.LessOrEqual(t, calls, 2)
			}
		}
		assert.LessOrEqual(t, total, 60+2*len(seconds))
	})
}

// TestBreakerFailsFast lets Tasks fail instead of waiting; a Catch takes the error.
func TestBreakerFailsFast(t *testing.T) {
	t.Parallel()
	w, u := guardedWorld(t, false, time.Hour)
	u.goAway(time.Hour)
	definition := `{"StartAt":"Ask","States":{"Ask":` + ask("unsteady", `"Catch":[{"ErrorEquals":["Stepwell.CircuitOpen"],"Next":"Later"}],"End":true`) +
		`,"Later":{"Type":"Pass","End":true}}}`
	for range 5 {
		w.start(t, definition, "").fails("Lambda.ServiceException")
	}
	caught := w.start(t, definition, "").succeeds()
	assert.Equal(t, "Stepwell.CircuitOpen", caught.Get("Error").Text())
	assert.Contains(t, caught.Get("Cause").Text(), u.server.URL+" was not called")
	refused := 0
	for _, calls := range u.seen() {
		refused += calls
	}
	assert.Equal(t, 5, refused)
}

// TestBreakerWaitsOnTheServer lets a Standard execution's Task wait: it holds no
// slot, the wait is no attempt, and TimeoutSeconds bound it.
func TestBreakerWaitsOnTheServer(t *testing.T) {
	t.Parallel()
	w, u := guardedWorld(t, true, 10*time.Second)
	u.goAway(time.Hour)
	one := func(more string) *execution {
		return w.start(t, `{"StartAt":"Ask","States":{"Ask":`+ask("unsteady", more+`"End":true`)+`}}`, `{"a":1}`)
	}
	for range 5 {
		one("").fails("Lambda.ServiceException")
	}
	u.goAway(0)
	waiting := one("")
	one(`"TimeoutSeconds":2,`).fails("States.Timeout")
	require.Equal(t, `{"a":1,"answer":{"is":{"a":1}}}`, waiting.succeeds().String())
	events := waiting.events()
	assert.Equal(t, 1, count(events, enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED))
	for _, event := range events {
		if done := event.GetActivityTaskCompletedEventAttributes(); done != nil {
			assert.NotContains(t, done.Result.String(), "attempts")
		}
	}
}
