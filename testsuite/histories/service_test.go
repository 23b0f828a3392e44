package histories

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// service stands for AWS Lambda. Its functions:
//
//   - echo gives the payload's n as {"n": n}; batch gives the number of Items
//   - flaky fails twice for each payload's n, then does as echo
//   - bad always fails; third fails for every third n
//   - shaky fails once for every third n below 12
//   - hang does not answer
//   - away does not answer its first calls, then does as echo
type service struct {
	called chan struct{}
	mu     sync.Mutex
	tries  map[string]int
}

func newService() *service { return &service{called: make(chan struct{}, 1), tries: map[string]int{}} }

// Integrations are those of Lambda.
func (s *service) Integrations() []string { return []string{"lambda:invoke"} }

// awaitCall waits for a call.
func (s *service) awaitCall(t *testing.T) {
	t.Helper()
	select {
	case <-s.called:
	case <-time.After(patience):
		require.Fail(t, "no Task was called")
	}
}

func (s *service) Call(ctx context.Context, _ express.Place, call machine.Call) machine.Outcome {
	select {
	case s.called <- struct{}{}:
	default:
	}
	payload := call.Input.Get("Payload")
	n := payload.Get("n")
	place := int64(0)
	_, _ = fmt.Sscan(n.Text(), &place)
	switch function := call.Input.Get("FunctionName").Text(); {
	case function == "flaky" && s.try(n.String()) <= 2:
		return failure("Busy")
	case function == "bad", function == "third" && place%3 == 0:
		return failure("Bad")
	case function == "shaky" && place%3 == 0 && place < 12 && s.try(n.String()) == 1:
		return failure("Bad")
	case function == "away" && s.try(function) <= 4:
		return failure("Lambda.ServiceException")
	case function == "hang":
		<-ctx.Done()
		return failure("Interrupted")
	case function == "batch":
		return result(value.OfInt(int64(payload.Get("Items").Len())))
	}
	return result(n)
}

func (s *service) try(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tries[strings.Clone(key)]++
	return s.tries[key]
}

func failure(name string) machine.Outcome {
	f := machine.Fault(name, "as asked for")
	return machine.Outcome{Failure: &f}
}

// result is what lambda:invoke gives.
func result(n value.Value) machine.Outcome {
	payload := value.OfObject(value.Member{Name: "n", Value: n.Or(value.NullValue)})
	return machine.Outcome{Output: value.OfObject(value.Member{Name: "Payload", Value: payload}, value.Member{Name: "StatusCode", Value: value.OfInt(200)})}
}
