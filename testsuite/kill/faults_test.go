package kill

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fault is what may go wrong with a request to S3.
type fault string

const (
	internal fault = "500"     // InternalError
	slowDown fault = "503"     // SlowDown
	reset    fault = "reset"   // the connection is cut
	unheard  fault = "unheard" // it is done, and the connection is cut before the answer
	halfway  fault = "halfway" // the connection is cut in the middle of the answer
	slow     fault = "slow"    // the answer takes its time
	stubborn fault = "503 x 5" // SlowDown, longer than the AWS SDK tries
)

const (
	// refusals is how often a stubborn request is refused.
	refusals = 5
	// slowness is what a slow answer takes at most.
	slowness = 2 * time.Second
	// faultRate is the part of the requests that something goes wrong with.
	faultRate = 0.08
)

// faults are those of which one is taken for a request.
func faults() []fault { return []fault{internal, slowDown, reset, unheard, halfway, slow, stubborn} }

// faultyStorage stands before S3 and lets some of the requests fail: a request
// is known by what it asks for and how often that was asked, so that the seed
// alone says which. The first request of each phase of a Map Run always fails.
type faultyStorage struct {
	server *httptest.Server
	behind *httputil.ReverseProxy
	seed   uint64
	prefix string // of all keys, which differs from run to run

	mu sync.Mutex
	// asked is how often something was asked, refusing how often it is still to
	// be refused.
	asked, refusing map[string]int
	requests        map[string]int
	done            map[string]map[fault]int // by phase
}

func newFaultyStorage(t *testing.T, w *world, seed uint64) *faultyStorage {
	t.Helper()
	f := &faultyStorage{behind: throughTo(t, w.server.S3Endpoint), seed: seed, prefix: w.prefix,
		asked: map[string]int{}, refusing: map[string]int{}, requests: map[string]int{}, done: map[string]map[fault]int{}}
	f.server = httptest.NewServer(f)
	t.Cleanup(func() {
		f.server.CloseClientConnections()
		f.server.Close()
	})
	return f
}

// throughTo gives a proxy that changes nothing: requests are signed.
func throughTo(t *testing.T, endpoint string) *httputil.ReverseProxy {
	t.Helper()
	target, err := url.Parse(endpoint)
	require.NoError(t, err)
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host
	}}
}

// phase gives what a request is about.
func phase(r *http.Request) string {
	path := r.URL.Path
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case strings.HasSuffix(path, ".csv"):
		return "source read"
	case strings.HasSuffix(path, "/spec.json"), strings.Contains(path, "/index/"):
		if reads {
			return "index read"
		}
		return "index written"
	case strings.Contains(path, "/journal/"):
		return "journal"
	case strings.Contains(path, "/parts/"):
		if reads {
			return "parts read"
		}
		return "parts written"
	case strings.HasSuffix(path, "/manifest.json"):
		return "manifest"
	case strings.Contains(path, "/results-"):
		return "results"
	}
	return "listed and emptied"
}

// next gives what goes wrong with a request, "" for nothing.
func (f *faultyStorage) next(r *http.Request) fault {
	request := strings.ReplaceAll(r.Method+" "+r.URL.RequestURI()+" "+r.Header.Get("Range"), f.prefix, "")
	f.mu.Lock()
	defer f.mu.Unlock()
	p := phase(r)
	number := f.asked[request]
	f.asked[request]++
	f.requests[p]++
	if f.refusing[request] > 0 {
		f.refusing[request]--
		return slowDown
	}
	chance := rand.New(rand.NewPCG(f.seed, hash(request, strconv.Itoa(number))))
	if f.requests[p] > 1 && chance.Float64() >= faultRate {
		return ""
	}
	all := faults()
	one := all[chance.IntN(len(all))]
	if f.done[p] == nil {
		f.done[p] = map[fault]int{}
	}
	f.done[p][one]++
	if one == stubborn {
		f.refusing[request] = refusals - 1
		return slowDown
	}
	return one
}

func (f *faultyStorage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch f.next(r) {
	case "":
		f.behind.ServeHTTP(w, r)
	case slow:
		time.Sleep(rand.N(slowness))
		f.behind.ServeHTTP(w, r)
	case internal:
		refuse(w, http.StatusInternalServerError, "InternalError")
	case slowDown:
		refuse(w, http.StatusServiceUnavailable, "SlowDown")
	case reset:
		cut(w)
	case unheard:
		f.behind.ServeHTTP(httptest.NewRecorder(), r)
		cut(w)
	case halfway:
		answer := httptest.NewRecorder()
		f.behind.ServeHTTP(answer, r)
		text := answer.Body.Bytes()
		if len(text) < 2 {
			cut(w)
			return
		}
		maps.Copy(w.Header(), answer.Header())
		w.Header().Set("Content-Length", strconv.Itoa(len(text)))
		w.WriteHeader(answer.Code)
		_, _ = w.Write(bytes.Clone(text[:len(text)/2]))
		_ = http.NewResponseController(w).Flush()
		cut(w)
	}
}

// refuse answers as S3 does.
func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>%s</Code><Message>Please try again.</Message></Error>", code)
}

// cut resets the connection, as one to a port that nobody has.
func cut(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	_ = connection.(*net.TCPConn).SetLinger(0)
	_ = connection.Close()
}

// report tells what went wrong by phase.
func (f *faultyStorage) report() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var b strings.Builder
	for _, p := range slices.Sorted(maps.Keys(f.requests)) {
		fmt.Fprintf(&b, "%s: %d requests", p, f.requests[p])
		for _, one := range faults() {
			if n := f.done[p][one]; n > 0 {
				fmt.Fprintf(&b, ", %d %s", n, one)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// phases gives the phases in which something went wrong.
func (f *faultyStorage) phases() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Sorted(maps.Keys(f.done))
}
