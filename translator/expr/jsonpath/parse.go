package jsonpath

import (
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
)

// SyntaxError is a text that is no path.
type SyntaxError = expr.SyntaxError

// maxDepth bounds how deep parentheses and paths inside filters nest.
const maxDepth = 64

// Parse compiles a path that starts with `$`, `$$` or `$name`. Blanks after
// the path are allowed. The error is a *[SyntaxError].
func Parse(text string) (*Path, error) {
	p := &parser{text: strings.TrimRight(text, " \t\r\n")}
	path, err := p.root()
	if err != nil {
		return nil, err
	}
	if !p.done() {
		return nil, p.fail("unexpected %q", p.text[p.pos:])
	}
	path.text = p.text
	return path, nil
}

// ParsePrefix compiles the path that text starts with and gives its length in
// bytes: it ends before a comma, blank or closing parenthesis outside of
// brackets. Offsets of the error, a *[SyntaxError], count from the start of
// text.
func ParsePrefix(text string) (*Path, int, error) {
	p := &parser{text: text}
	path, err := p.root()
	if err != nil {
		return nil, 0, err
	}
	path.text = text[:p.pos]
	return path, p.pos, nil
}

// root reads `$`, `$$` or `$name` and the steps behind it.
func (p *parser) root() (*Path, error) {
	path := &Path{}
	switch {
	case !p.take('$'):
		return nil, p.fail("a path starts with $")
	case p.take('$'):
		path.root = Context
	default:
		if name := p.identifier(); name != "" {
			path.root, path.variable = Variable, name
		}
	}
	return path, p.steps(path)
}

// steps reads all steps that follow and completes the path.
func (p *parser) steps(path *Path) error {
	if p.depth++; p.depth > maxDepth {
		return p.fail("the path nests too deep")
	}
	for p.more() {
		if len(path.steps) == 0 && p.loneDot() {
			p.pos++
			break
		}
		read, err := p.step()
		if err != nil {
			return err
		}
		path.steps = append(path.steps, read...)
	}
	p.depth--
	path.complete()
	return nil
}

// loneDot reports a dot that nothing follows: `$.` is `$`.
func (p *parser) loneDot() bool {
	rest := p.text[p.pos:]
	return rest[0] == '.' && (len(rest) == 1 || strings.IndexByte(" \t\r\n,)", rest[1]) >= 0)
}

// step reads one step, and the scan before it.
func (p *parser) step() ([]step, error) {
	if p.peek() == '[' {
		s, err := p.bracket()
		return []step{s}, err
	}
	p.pos++ // the dot
	var read []step
	if p.take('.') {
		read = append(read, step{kind: stepScan})
	}
	var s step
	var err error
	start := p.pos
	switch c := p.peek(); {
	case c == '[':
		s, err = p.bracket()
	case c == '*':
		p.pos++
		s = step{kind: stepWildcard}
	default:
		s, err = p.member()
	}
	if err == nil && s.kind == stepFunction && len(read) > 0 {
		err = p.failAt(start, "a function cannot follow .. without a step between")
	}
	return append(read, s), err
}

// member reads a name without quotes, or a call when a parenthesis follows.
func (p *parser) member() (step, error) {
	start := p.pos
	for !p.done() && !strings.ContainsRune(p.stops(), rune(p.peek())) {
		p.pos++
	}
	name := p.text[start:p.pos]
	if name == "" {
		return step{}, p.fail("a name is missing after the dot")
	}
	if p.peek() == '(' {
		return p.call(name, start)
	}
	return step{kind: stepName, name: name}, nil
}

// stops are the bytes that end a name without quotes. Inside a filter the
// operators do so too.
func (p *parser) stops() string {
	if p.filters > 0 {
		return ".[]( ),\t\r\n=<>!&|~"
	}
	return ".[]( ),\t\r\n"
}

// complete finds out what kind of path this is.
func (path *Path) complete() {
	steps := path.steps
	path.definite, path.reference = true, true
	scanned, plain := false, true
	for i := range steps {
		s := &steps[i]
		s.merges = s.kind == stepNames && i == len(steps)-1
		if s.kind == stepFunction && scanned && path.gather == 0 {
			path.gather, path.definite = i, true
		}
		s.lenient = !path.definite
		path.definite = path.definite && s.definite()
		scanned = scanned || s.kind == stepScan
		simple := s.kind == stepName || s.kind == stepIndex
		path.reference = path.reference && simple
		if plain = plain && simple; plain {
			path.plain = i + 1
		}
	}
}
