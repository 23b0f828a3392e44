package activities

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Routes says which Lambda functions are performed by something else than
// AWS Lambda: by a Temporal activity or by an HTTP endpoint. It is a YAML file:
//
//	routes:
//	  - function: charge-card              # a name or an ARN; * stands for any characters
//	    temporalActivity:
//	      taskQueue: billing
//	      activityType: ChargeCard
//	  - function: "arn:aws:lambda:*:*:function:report-*"
//	    http:
//	      url: https://reports.example.com/run
//	      method: POST                     # the default
//	      headers:
//	        Authorization: Bearer ${REPORTS_TOKEN}   # from the worker's environment
//	      timeoutSeconds: 30
//
// The first rule that matches counts. A pattern without a version or alias
// matches all of them. Routes do not change once read.
type Routes struct {
	rules []route
}

// route is one rule; exactly one target is set.
type route struct {
	function string
	activity *activityTarget
	http     *httpTarget
}

// find gives the rule for the function, nil when it is to go to AWS Lambda. A
// nil Routes has no rules.
func (r *Routes) find(f function) *route {
	if r == nil {
		return nil
	}
	for i := range r.rules {
		if f.matches(r.rules[i].function) {
			return &r.rules[i]
		}
	}
	return nil
}

// Len gives the number of rules.
func (r *Routes) Len() int {
	if r == nil {
		return 0
	}
	return len(r.rules)
}

// ReadRoutes reads the file of routes. The error tells all faults with their
// lines.
func ReadRoutes(file string) (*Routes, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("the routes cannot be read: %w", err)
	}
	if strings.TrimSpace(string(text)) == "" {
		// One that is just being written would send Calls elsewhere.
		return nil, fmt.Errorf("the routes in %s are not valid: the file is empty; without routes leave the setting out, or write \"routes: []\"", file)
	}
	r, err := ParseRoutes(text, os.LookupEnv)
	if err != nil {
		return nil, fmt.Errorf("the routes in %s are not valid:\n%w", file, err)
	}
	return r, nil
}

// ParseRoutes reads the text of a routes file. lookup gives the values for
// ${NAME} in URLs and headers.
func ParseRoutes(text []byte, lookup func(name string) (string, bool)) (*Routes, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	p := routesParser{lookup: lookup}
	r := &Routes{}
	if len(document.Content) > 0 {
		top := p.mapping(document.Content[0], "the file", "routes")
		for _, rule := range p.sequence(top["routes"], "routes") {
			r.rules = append(r.rules, p.rule(rule))
		}
	}
	return r, errors.Join(p.faults...)
}

// routesParser reads the file and gathers all faults.
type routesParser struct {
	lookup func(string) (string, bool)
	faults []error
}

func (p *routesParser) refuse(n *yaml.Node, format string, args ...any) {
	p.faults = append(p.faults, fmt.Errorf("line %d: %s", n.Line, fmt.Sprintf(format, args...)))
}

func (p *routesParser) rule(n *yaml.Node) route {
	f := p.mapping(n, "a route", "function", "temporalActivity", "http", "local")
	r := route{function: p.text(n, f, "function")}
	if local := f["local"]; local != nil {
		p.refuse(local, "local is reserved and not supported yet; use temporalActivity or http")
		return r
	}
	switch {
	case (f["temporalActivity"] == nil) == (f["http"] == nil):
		p.refuse(n, "a route needs exactly one of temporalActivity and http")
	case f["http"] != nil:
		r.http = p.http(f["http"])
	default:
		at := f["temporalActivity"]
		g := p.mapping(at, "temporalActivity", "taskQueue", "activityType")
		r.activity = &activityTarget{taskQueue: p.text(at, g, "taskQueue"), activityType: p.text(at, g, "activityType")}
	}
	return r
}

func (p *routesParser) http(n *yaml.Node) *httpTarget {
	f := p.mapping(n, "http", "url", "method", "headers", "timeoutSeconds")
	t := &httpTarget{url: p.expanded(n, p.text(n, f, "url")), method: "POST", headers: map[string]string{}}
	if u, err := url.Parse(t.url); t.url != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		p.refuse(f["url"], "%q is not a URL that begins with http:// or https://", t.url)
	}
	if f["method"] != nil {
		t.method = strings.ToUpper(p.text(n, f, "method"))
	}
	if headers := f["headers"]; headers != nil {
		for name, v := range p.mapping(headers, "headers") {
			t.headers[name] = p.expanded(v, v.Value)
		}
	}
	if v := f["timeoutSeconds"]; v != nil {
		var seconds int
		if err := v.Decode(&seconds); err != nil || seconds < 1 {
			p.refuse(v, "timeoutSeconds must be a whole number from 1 on")
		}
		t.timeout = time.Duration(seconds) * time.Second
	}
	return t
}

// mapping gives the members of a mapping; only the names in known are allowed,
// all names when there are none.
func (p *routesParser) mapping(n *yaml.Node, what string, known ...string) map[string]*yaml.Node {
	members := map[string]*yaml.Node{}
	if n.Kind != yaml.MappingNode {
		p.refuse(n, "%s must be a mapping", what)
		return members
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, member := n.Content[i], n.Content[i+1]
		if _, twice := members[name.Value]; twice {
			p.refuse(name, "%q stands twice", name.Value)
		}
		members[name.Value] = member
		if len(known) > 0 && !slices.Contains(known, name.Value) {
			p.refuse(name, "%q is not known in %s; it has %s", name.Value, what, strings.Join(known, ", "))
		}
	}
	return members
}

func (p *routesParser) sequence(n *yaml.Node, what string) []*yaml.Node {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		p.refuse(n, "%s must be a list; begin each rule with \"- function:\"", what)
		return nil
	}
	return n.Content
}

// text gives the member that must be a text; at is where its absence shows.
func (p *routesParser) text(at *yaml.Node, members map[string]*yaml.Node, name string) string {
	n := members[name]
	if n == nil {
		p.refuse(at, "%s is missing", name)
		return ""
	}
	if n.Kind != yaml.ScalarNode || n.Value == "" {
		p.refuse(n, "%s must be a text that is not empty", name)
		return ""
	}
	return n.Value
}

var variable = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// expanded puts in the values of the environment's variables.
func (p *routesParser) expanded(n *yaml.Node, text string) string {
	return variable.ReplaceAllStringFunc(text, func(reference string) string {
		name := reference[2 : len(reference)-1]
		content, ok := p.lookup(name)
		if !ok {
			p.refuse(n, "the environment variable %s is not set", name)
		}
		return content
	})
}
