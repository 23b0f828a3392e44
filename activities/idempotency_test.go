package activities

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// keyCaller notes the keys of Calls by state and payload. The first attempt at each
// fails; branches are slow in an order of their own.
type keyCaller struct {
	mu    sync.Mutex
	delay func(payload string) time.Duration
	keys  map[string][]string
}

func (k *keyCaller) Call(_ context.Context, from express.Place, call machine.Call) machine.Outcome {
	what := from.State + " " + call.Input.String()
	time.Sleep(k.delay(what))
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys[what] = append(k.keys[what], idempotencyKey(from, call))
	if len(k.keys[what]) == 1 {
		return failed(machine.Fault("Busy", "later"))
	}
	return succeeded(call.Input)
}

// Keys are the same for attempts and for a second run of an Express execution,
// whichever branch is faster, and differ between visits, iterations and states.
func TestIdempotencyKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const task = `"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f",
			"Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":1,"MaxAttempts":3,"MaxDelaySeconds":1}]`
		p, diagnostics := translator.Translate(`{"StartAt":"M","States":{
			"M":{"Type":"Map","ItemsPath":"$.items","ResultPath":null,"ItemProcessor":{"StartAt":"A","States":{"A":{` + task + `,"Next":"B"},"B":{` + task + `,"End":true}}},"Next":"L"},
			"L":{"Type":"Pass","Parameters":{"n.$":"States.MathAdd($.n, 1)"},"Next":"T"},
			"T":{` + task + `,"ResultPath":null,"Next":"C"},
			"C":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericLessThan":2,"Next":"L"}],"Default":"D"},"D":{"Type":"Succeed"}}}`)
		require.False(t, diagnostics.HasErrors(), "%v", diagnostics)
		input, err := value.ParseString(`{"n":0,"items":[1,2,3]}`)
		require.NoError(t, err)
		run := func(delay func(string) time.Duration) map[string][]string {
			k := &keyCaller{delay: delay, keys: map[string][]string{}}
			b := machine.Beginning{Input: input, Origin: machine.Origin{ID: "arn:aws:states:us-east-1:123456789012:express:m:e:1", StartTime: time.Now()}}
			require.Equal(t, machine.Succeeded, express.Run(t.Context(), p, b, k).Status())
			return k.keys
		}
		first := run(func(what string) time.Duration { return time.Duration(what[len(what)-1]-'0') * 10 * time.Millisecond })
		second := run(func(what string) time.Duration { return time.Duration('9'-what[len(what)-1]) * 10 * time.Millisecond })
		assert.Equal(t, first, second)
		require.Len(t, first, 8)
		seen := map[string]string{}
		for what, keys := range first {
			require.Len(t, keys, 2)
			assert.Equal(t, keys[0], keys[1], what)
			assert.Len(t, keys[0], 36)
			assert.Empty(t, seen[keys[0]], "%s has the key of another", what)
			seen[keys[0]] = what
		}
		other := idempotencyKey(express.Place{ExecutionArn: "other", State: "T"}, machine.Call{Visit: "2"})
		assert.Empty(t, seen[other])
	})
}

// Lambda functions get the key in their client context, unless the definition gives
// one; HTTP endpoints in a header.
func TestKeysReachServices(t *testing.T) {
	c := newCloud(t)
	var header string
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header = r.Header.Get("Idempotency-Key")
		_, _ = io.WriteString(w, "{}")
	}))
	defer endpoint.Close()
	routes, err := ParseRoutes(fmt.Appendf(nil, "routes:\n  - function: routed\n    http: {url: %q}\n", endpoint.URL), nil)
	require.NoError(t, err)
	l := c.lambda(routes)
	perform := func(call machine.Call) {
		t.Helper()
		call.Visit = "4"
		o := l.Call(t.Context(), from, call)
		require.Nil(t, o.Failure, "%v", o.Failure)
	}
	invoke := func(parameters string) { perform(invoking(parameters)) }
	key := idempotencyKey(from, machine.Call{Visit: "4"})
	sent := func() string {
		text, err := base64.StdEncoding.DecodeString(c.request.Header.Get("X-Amz-Client-Context"))
		require.NoError(t, err)
		return string(text)
	}
	invoke(`{"FunctionName":"charge","Payload":{}}`)
	assert.JSONEq(t, `{"custom":{"stepwellIdempotencyKey":"`+key+`"}}`, sent())
	invoke(`{"FunctionName":"charge","Payload":{},"ClientContext":"e30="}`)
	assert.Equal(t, "{}", sent())
	invoke(`{"FunctionName":"charge","Payload":{},"InvocationType":"Event"}`)
	assert.Empty(t, sent())
	invoke(`{"FunctionName":"routed","Payload":{}}`)
	assert.Equal(t, key, header)
	perform(direct(functionARN, "{}"))
	assert.Contains(t, sent(), key)
}
