package activities

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func environment(name string) (string, bool) {
	if name == "TOKEN" {
		return "s3cret", true
	}
	return "", false
}

func TestParseRoutes(t *testing.T) {
	r, err := ParseRoutes([]byte(`
routes:
  - function: charge-card
    temporalActivity: {taskQueue: billing, activityType: ChargeCard}
  - function: "report-*"
    http:
      url: https://reports.example.com/run
      headers: {Authorization: "Bearer ${TOKEN}", X-Plain: $5}
      timeoutSeconds: 30
  - function: "*"
    http: {url: "http://localhost:8080", method: put}
`), environment)
	require.NoError(t, err)
	assert.Equal(t, 3, r.Len())
	assert.Equal(t, &activityTarget{taskQueue: "billing", activityType: "ChargeCard"}, r.find(newFunction("charge-card", "")).activity)
	report := r.find(newFunction("report-daily", "")).http
	assert.Equal(t, &httpTarget{url: "https://reports.example.com/run", method: "POST", timeout: 30 * time.Second,
		headers: map[string]string{"Authorization": "Bearer s3cret", "X-Plain": "$5"}}, report)
	assert.Equal(t, "PUT", r.find(newFunction("other", "")).http.method)

	none, err := ParseRoutes(nil, environment)
	require.NoError(t, err)
	empty := filepath.Join(t.TempDir(), "routes.yaml")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	_, err = ReadRoutes(empty)
	assert.ErrorContains(t, err, "the file is empty")
	assert.Nil(t, none.find(newFunction("f", "")))
	assert.Nil(t, (*Routes)(nil).find(newFunction("f", "")))
}

func TestFaultyRoutes(t *testing.T) {
	for _, c := range []struct {
		name, text string
		faults     []string
	}{
		{"not YAML", "routes: [", []string{"line 1"}},
		{"no mapping", "- function: f", []string{"line 1: the file must be a mapping"}},
		{"unknown key", "routes:\n  - function: f\n    htpp: {}\n", []string{`line 3: "htpp" is not known in a route`, "line 2: a route needs exactly one"}},
		{"two targets", "routes:\n  - function: f\n    http: {url: 'http://h'}\n    temporalActivity: {taskQueue: q, activityType: A}\n", []string{"line 2: a route needs exactly one"}},
		{"no function", "routes:\n  - http: {url: 'http://h'}\n", []string{"line 2: function is missing"}},
		{"no list", "routes: {function: f}\n", []string{"line 1: routes must be a list"}},
		{"local", "routes:\n  - function: f\n    local: true\n", []string{"line 3: local is reserved"}},
		{"bad URL", "routes:\n  - function: f\n    http:\n      url: localhost:80\n", []string{`line 4: "localhost:80" is not a URL`}},
		{"bad timeout", "routes:\n  - function: f\n    http: {url: 'http://h', timeoutSeconds: 0}\n", []string{"line 3: timeoutSeconds"}},
		{"no variable", "routes:\n  - function: f\n    http: {url: 'http://h', headers: {A: '${NONE}'}}\n", []string{"line 3: the environment variable NONE is not set"}},
		{"all at once", "routes:\n  - function: ''\n    temporalActivity: {taskQueue: q}\n", []string{"line 2: function must be", "line 3: activityType is missing"}},
		{"twice", "routes: []\nroutes: []\n", []string{"line 2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseRoutes([]byte(c.text), environment)
			require.Error(t, err)
			for _, fault := range c.faults {
				assert.ErrorContains(t, err, fault)
			}
		})
	}
}

func TestReadRoutes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "routes.yaml")
	_, err := ReadRoutes(file)
	assert.ErrorContains(t, err, file)
	require.NoError(t, os.WriteFile(file, []byte("rules: []"), 0o600))
	_, err = ReadRoutes(file)
	assert.ErrorContains(t, err, file)
	assert.ErrorContains(t, err, `line 1: "rules" is not known in the file; it has routes`)
}

func FuzzParseRoutes(f *testing.F) {
	f.Add("routes:\n  - function: f\n    http: {url: 'http://h', headers: {A: b}, timeoutSeconds: 3}\n")
	f.Add("routes:\n  - &a {function: f, local: true}\n  - *a\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRoutes([]byte(text), environment)
		if err != nil {
			return
		}
		for _, rule := range r.rules {
			require.NotEmpty(t, rule.function)
			require.True(t, (rule.http == nil) != (rule.activity == nil))
		}
	})
}
