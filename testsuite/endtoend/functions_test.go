package endtoend

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// functions answer AWS Lambda's Invoke, and, for routes, plain POSTs to
// /<function>.
type functions struct {
	server *httptest.Server
	mu     sync.Mutex
	byName map[string]*function
	// anything stands in for functions that are not there; nil for none.
	anything *function
}

// function is one of them, with what is known of its calls.
type function struct {
	perform func(call) (any, error)

	mu      sync.Mutex
	calls   map[string]int // by payload
	total   int
	running int
	most    int
}

// call is one call of a function.
type call struct {
	// payload is the JSON text, attempt the number of calls with it up to now.
	payload string
	attempt int
	// gone is closed when the caller does not wait any more.
	gone <-chan struct{}
}

// read reads the payload.
func (c call) read(v any) {
	if err := json.Unmarshal([]byte(c.payload), v); err != nil {
		panic(err)
	}
}

// functionError is how a function fails: its type is the error's name.
type functionError struct{ name, message string }

func (e functionError) Error() string { return e.message }

func newFunctions(t *testing.T) *functions {
	f := &functions{byName: map[string]*function{}}
	f.server = httptest.NewServer(f)
	t.Cleanup(func() {
		f.server.CloseClientConnections()
		f.server.Close()
	})
	return f
}

// add makes a function.
func (f *functions) add(name string, perform func(call) (any, error)) *function {
	one := &function{perform: perform, calls: map[string]int{}}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.byName[name] = one
	return one
}

// ServeHTTP performs POST /2015-03-31/functions/<name or ARN>/invocations.
func (f *functions) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/2015-03-31/functions/")
	name, _, _ = strings.Cut(strings.TrimPrefix(name, "/"), "/")
	name = name[strings.LastIndexByte(name, ':')+1:]
	f.mu.Lock()
	one := f.byName[name]
	if one == nil {
		one = f.anything
	}
	f.mu.Unlock()
	if one == nil {
		w.Header().Set("X-Amzn-ErrorType", "ResourceNotFoundException")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"Message":"Function not found: `+name+`"}`)
		return
	}
	payload, err := io.ReadAll(r.Body)
	if err != nil {
		return // the caller has gone
	}
	answer, err := one.take(call{payload: string(payload), gone: r.Context().Done()})
	if failure, ok := err.(functionError); ok {
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		answer = map[string]string{"errorType": failure.name, "errorMessage": failure.message}
	}
	text, err := json.Marshal(answer)
	if err != nil {
		panic(err)
	}
	_, _ = w.Write(text) // the caller may have gone
}

func (f *function) take(c call) (any, error) {
	f.mu.Lock()
	f.calls[c.payload]++
	c.attempt = f.calls[c.payload]
	f.total++
	f.running++
	f.most = max(f.most, f.running)
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		f.running--
		f.mu.Unlock()
	}()
	return f.perform(c)
}

// count gives the number of calls up to now.
func (f *function) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.total
}

// highest gives how many calls ran at once at most.
func (f *function) highest() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.most
}

// requireOnce fails the test unless there were n payloads, each called once.
func (f *function) requireOnce(t *testing.T, n int) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	require.Len(t, f.calls, n)
	for payload, times := range f.calls {
		require.Equal(t, 1, times, "calls with %s", payload)
	}
}

// echo gives the payload back, null when there is none.
func echo(c call) (any, error) {
	if c.payload == "" {
		return nil, nil
	}
	return json.RawMessage(c.payload), nil
}
