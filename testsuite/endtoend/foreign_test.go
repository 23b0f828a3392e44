package endtoend

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"

	"github.com/seed-a99ddb6e/stepwell/idempotency"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// card is what another team's activity takes, charged what it gives.
type card struct{ Amount int }
type charged struct {
	Amount  int
	Attempt int32
}

// team is another team: a worker on its own task queue with activities that
// know nothing of Stepwell.
type team struct {
	queue string
	calls atomic.Int32

	mu   sync.Mutex
	keys map[int][]string // of the calls for each amount
}

func (w *world) team(t *testing.T) *team {
	t.Helper()
	one := &team{queue: w.queue + "-billing", keys: map[int][]string{}}
	hosted := worker.New(w.client, one.queue, worker.Options{MaxConcurrentActivityTaskPollers: 4, DisableWorkflowWorker: true})
	hosted.RegisterActivityWithOptions(one.charge, activity.RegisterOptions{Name: "ChargeCard"})
	require.NoError(t, hosted.Start())
	t.Cleanup(hosted.Stop)
	return one
}

// charge refuses 13, and is busy the first time that it is to charge 7.
func (m *team) charge(ctx context.Context, c card) (charged, error) {
	m.calls.Add(1)
	m.mu.Lock()
	m.keys[c.Amount] = append(m.keys[c.Amount], idempotency.Key(ctx))
	m.mu.Unlock()
	attempt := activity.GetInfo(ctx).Attempt
	switch {
	case c.Amount == 13:
		return charged{}, temporal.NewNonRetryableApplicationError("the bank says no", "CardRefused", nil)
	case c.Amount == 7 && attempt == 1:
		return charged{}, temporal.NewApplicationError("try later", "Busy")
	}
	return charged{c.Amount, attempt}, nil
}

// charging is a Task of the activity.
func (m *team) charging(amount, more string) string {
	return fmt.Sprintf(`{"Type":"Task","Resource":"arn:aws:states:::temporal:executeActivity",
		"Parameters":{"ActivityType":"ChargeCard","TaskQueue":%q,"Input":{%s},"StartToCloseSeconds":20},%s}`, m.queue, amount, more)
}

// TestForeignActivity calls another team's activity from a Standard execution:
// its errors are matched by Retry and Catch.
func TestForeignActivity(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	m := w.team(t)
	one := func(task string) *execution { return w.start(t, `{"StartAt":"A","States":{"A":`+task+`}}`, `{"of":5}`) }

	require.Equal(t, `{"Amount":5,"Attempt":1}`, one(m.charging(`"Amount.$":"$.of"`, `"End":true`)).succeeds().String())
	require.Equal(t, `{"Amount":7,"Attempt":2}`,
		one(m.charging(`"Amount":7`, `"Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":1}],"End":true`)).succeeds().String())
	assert.Equal(t, "try later", one(m.charging(`"Amount":7`, `"End":true`)).fails("Busy"))
	assert.Equal(t, "the bank says no", one(m.charging(`"Amount":13`, `"Retry":[{"ErrorEquals":["Busy"]}],"End":true`)).fails("CardRefused"))
	caught := w.start(t, `{"StartAt":"A","States":{"A":`+m.charging(`"Amount":13`, `"Catch":[{"ErrorEquals":["CardRefused"],"Next":"B"}],"End":true`)+
		`,"B":{"Type":"Pass","End":true}}}`, "")
	require.Equal(t, `{"Error":"CardRefused","Cause":"the bank says no"}`, caught.succeeds().String())

	cause := one(strings.Replace(m.charging(`"Amount":1`, `"End":true`), `"TaskQueue":`, `"Queue":`, 1)).fails("States.Runtime")
	assert.Contains(t, cause, "TaskQueue")
	none := one(`{"Type":"Task","Resource":"arn:aws:states:::temporal:executeActivity","TimeoutSeconds":2,
		"Parameters":{"ActivityType":"ChargeCard","TaskQueue":"nobody","Input":{},"ScheduleToStartSeconds":2},"End":true}`)
	assert.Contains(t, none.fails("States.Timeout"), "No worker took it")
}

// TestForeignActivityOfItems calls it from the items of every leaf.
func TestForeignActivityOfItems(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		m := w.named(string(leaf)).team(t)
		const n = 40
		task := m.charging(`"Amount.$":"$.index"`, `"ResultPath":"$.charged","Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":1}],
			"Catch":[{"ErrorEquals":["CardRefused"],"Next":"Refused","ResultPath":"$.charged"}],"End":true`)
		prefix := w.prefix + string(leaf)
		e := w.startMap(t, distributed{leaf: leaf, reader: fillCSV(t, w, n).reader, prefix: prefix, more: `"ToleratedFailureCount":1`,
			processor: `"StartAt":"A","States":{"A":` + task + `,"Refused":{"Type":"Pass","End":true}}`}, "")
		r := w.exported(t, prefix, e.succeeds())
		r.requireOnce(t, n)
		for _, one := range append(r.succeeded, r.failed...) {
			switch i := one.index(t); {
			case i == 7 && one.Status == "FAILED":
				// Where the machine retries, every attempt is a first one to the
				// activity, which is then busy each time.
				assert.Equal(t, "Busy", one.Error)
			case i == 13:
				assert.Contains(t, one.Output, `"charged":{"Error":"CardRefused","Cause":"the bank says no"}`)
			default:
				require.Contains(t, one.Output, fmt.Sprintf(`"charged":{"Amount":%d,"Attempt":`, i))
			}
		}
		m.requireKeys(t, n)
	})
}

// requireKeys: each amount below n has had one key, whatever the attempts, which no
// other one has.
func (m *team) requireKeys(t *testing.T, n int) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	require.Len(t, m.keys, n)
	seen := map[string]bool{}
	for amount, all := range m.keys {
		require.Len(t, all[0], 36)
		require.False(t, seen[all[0]], "%d has the key of another", amount)
		seen[all[0]] = true
		require.Len(t, slices.Compact(slices.Clone(all)), 1, "%d: %v", amount, all)
	}
	require.Greater(t, len(m.keys[7]), 1, "its first attempt is refused")
}

// named gives the world with another task queue's name.
func (w *world) named(suffix string) *world {
	other := *w
	other.queue += "-" + suffix
	return &other
}

// TestRoutes sends Lambda functions to an activity and to an HTTP endpoint.
func TestRoutes(t *testing.T) {
	t.Parallel()
	elsewhere := newFunctions(t)
	posted := elsewhere.add("charge-by-http", double)
	name := "routes-" + t.Name()
	w := newWorld(t, settings{routes: fmt.Sprintf(`
routes:
  - function: "arn:aws:lambda:*:*:function:charge-by-activity"
    temporalActivity: {taskQueue: %s-billing, activityType: ChargeCard}
  - function: charge-by-http
    http: {url: "%s/charge-by-http"}
`, name, elsewhere.server.URL)})
	lambda := w.functions.add("charge-by-lambda", double)
	billing := *w
	billing.queue = name
	m := billing.team(t)

	parallel := `{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
		{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:charge-by-activity","End":true}}},
		{"StartAt":"B","States":{"B":` + ask("charge-by-http", `"OutputPath":"$.answer.is","End":true`) + `}},
		{"StartAt":"C","States":{"C":` + ask("charge-by-lambda", `"OutputPath":"$.answer.is","End":true`) + `}}]}}}`
	require.Equal(t, `[{"Amount":5,"Attempt":1},42,42]`, w.start(t, parallel, `{"Amount":5,"Index":21}`).succeeds().String())
	assert.EqualValues(t, 1, m.calls.Load())
	assert.Equal(t, 1, posted.count())
	assert.Equal(t, 1, lambda.count())

	refused := w.start(t, `{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:charge-by-activity","End":true}}}`, `{"Amount":13}`)
	assert.Equal(t, "the bank says no", refused.fails("CardRefused"))

	const n = 60
	prefix := w.prefix + "results"
	e := w.startMap(t, distributed{leaf: program.ExpressBatch, reader: fillCSV(t, w, n).reader, prefix: prefix, processor: asking("charge-by-http")}, "")
	w.exported(t, prefix, e.succeeds()).requireOnce(t, n)
	e.requireCounts(program.ExpressBatch, wire.Counts{Succeeded: n})
}
