package kill

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strings"
	"sync"
	"testing"
	"time"
)

// absence is a way in which S3 can be gone.
type absence string

const (
	refusing    absence = "refused"     // connections are cut
	unavailable absence = "unavailable" // answers are 503
	silent      absence = "silent"      // the one request that matches gets no answer
)

// away is how long S3 is gone once it is: longer than the AWS SDK's own
// retries last, so that activities have to be repeated.
const away = 8 * time.Second

// proxy stands before S3. From the first request on that matches, it lets none
// through for a while.
type proxy struct {
	server *httptest.Server
	behind *httputil.ReverseProxy
	how    absence
	match  func(*http.Request) bool

	mu      sync.Mutex
	until   time.Time // zero before the first match
	refused int
}

func newProxy(t *testing.T, endpoint string, how absence, match func(*http.Request) bool) *proxy {
	t.Helper()
	p := &proxy{how: how, match: match, behind: throughTo(t, endpoint)}
	p.server = httptest.NewServer(p)
	t.Cleanup(func() {
		p.server.CloseClientConnections()
		p.server.Close()
	})
	return p
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case !p.gone(r):
		p.behind.ServeHTTP(w, r)
	case p.how == silent:
		_, _ = io.Copy(io.Discard, r.Body) // without it the server does not see the client go
		<-r.Context().Done()
	case p.how == unavailable:
		w.WriteHeader(http.StatusServiceUnavailable)
	default:
		cut(w)
	}
}

func (p *proxy) gone(r *http.Request) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.until.IsZero() && p.match(r) {
		p.until = time.Now().Add(away)
		if p.how == silent {
			p.until = time.Now()
			p.refused++
			return true
		}
	}
	if time.Now().Before(p.until) {
		p.refused++
		return true
	}
	return false
}

func (p *proxy) refusals() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.refused
}

// to matches requests of a method whose path holds a text.
func to(method, text string) func(*http.Request) bool {
	return func(r *http.Request) bool { return r.Method == method && strings.Contains(r.URL.Path, text) }
}
