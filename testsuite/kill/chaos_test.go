package kill

import (
	"cmp"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// What the environment may say.
const (
	// chaosVariable is how often something is killed in each run. It makes the
	// runs long: all leaves but the slowest get 20,000 items.
	chaosVariable = "STEPWELL_TEST_CHAOS"
	// childrenVariable is how many items get workflows of their own, of which two
	// cores run some dozens a second.
	childrenVariable = "STEPWELL_TEST_CHILDREN"
	// seedVariable repeats the moments and the faults of a run.
	seedVariable = "STEPWELL_TEST_SEED"
)

// kills is how often something is killed in a run unless the environment says it.
const kills = 2

// chaos is what happens in a test at random: the same for the same seed and test.
type chaos struct {
	*rand.Rand
	// kills is how often something is killed; long tells that the environment says
	// so, and the run may take its time.
	kills int
	long  bool
	seed  uint64
}

func newChaos(t *testing.T) *chaos {
	t.Helper()
	asked := number(t, chaosVariable)
	c := &chaos{kills: cmp.Or(asked, kills), long: asked > 0, seed: uint64(number(t, seedVariable))}
	if c.seed == 0 {
		c.seed = uint64(time.Now().UnixNano() % 1e9)
	}
	t.Logf("%s=%d repeats it", seedVariable, c.seed)
	c.Rand = rand.New(rand.NewPCG(c.seed, hash(t.Name())))
	return c
}

func number(t *testing.T, variable string) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, variable)
	return n
}

func hash(texts ...string) uint64 {
	h := fnv.New64a()
	for _, text := range texts {
		_, _ = h.Write(append([]byte(text), 0))
	}
	return h.Sum64()
}

// items is how many a leaf gets.
func (c *chaos) items(t *testing.T, leaf program.LeafKind) int {
	t.Helper()
	switch {
	case leaf == program.ChildWorkflow && c.long:
		return cmp.Or(number(t, childrenVariable), 2_000)
	case leaf == program.ChildWorkflow:
		return cmp.Or(number(t, childrenVariable), 200)
	case leaf == program.PackedShard && !c.long:
		return 5_000
	case !c.long:
		return 8_000
	}
	return 20_000
}

// moment is when something happens to a run: after so many items have begun, and
// a little later.
type moment struct {
	begun int
	late  time.Duration
}

// moments gives one in each of n equal stretches of a run of so many items, until
// just before its end; in every other run the first is while it is planned.
func (c *chaos) moments(n, items int) []moment {
	all := make([]moment, n)
	stretch := items * 19 / 20 / n
	for i := range all {
		all[i] = moment{i*stretch + c.IntN(stretch), time.Duration(c.IntN(200)) * time.Millisecond}
	}
	if c.IntN(2) == 0 {
		all[0].begun = 0
	}
	return all
}

// wait waits for a moment of the execution, as long as its worker lives.
func (m moment) wait(t *testing.T, e *execution, worker *devtest.Command) {
	t.Helper()
	for n := e.begun(); n < m.begun; n = e.begun() {
		worker.Until(t, "the next item of the map", func() bool { return e.begun() > n })
	}
	time.Sleep(m.late)
}
