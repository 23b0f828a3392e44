package regex

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxDepth bounds how deep groups may stand in each other.
const maxDepth = 500

// parser reads a pattern as ECMA-262 with Annex B.1.4 does, without flag u.
type parser struct {
	pattern string
	at      int
	mode    mode
	depth   int
	// groups counts those that have been opened; total is how many there are.
	groups, total int
	names         []string
	named         bool // there is a group with a name, which gives \k a meaning
	references    []reference
}

// parse makes a tree of a pattern; every error is a *SyntaxError.
func parse(pattern string, m mode) (t *tree, err error) {
	p := &parser{pattern: pattern, mode: m}
	p.scanGroups()
	p.names = make([]string, p.total)
	root, err := p.choice()
	if err != nil {
		return nil, err
	}
	if p.at < len(pattern) {
		return nil, p.fault(p.at, "unmatched )")
	}
	for _, r := range p.references {
		if r.index == 0 && p.groupNamed(r.name) == 0 {
			return nil, p.fault(r.offset, "there is no group named "+r.name)
		}
	}
	return &tree{root: root, mode: m, groups: p.total, names: p.names}, nil
}

func (p *parser) fault(offset int, reason string) error {
	return &SyntaxError{Offset: offset, Reason: reason}
}

// scanGroups counts the groups ahead of parsing: what \2 and \k mean depends
// on groups that may stand behind them.
func (p *parser) scanGroups() {
	inClass := false
	for i := 0; i < len(p.pattern); i++ {
		rest := p.pattern[i:]
		switch {
		case rest[0] == '\\':
			i++
		case inClass:
			inClass = rest[0] != ']'
		case rest[0] == '[':
			inClass = true
		case isNamedGroup(rest):
			p.total++
			p.named = true
		case rest[0] == '(' && !strings.HasPrefix(rest, "(?"):
			p.total++
		}
	}
}

func isNamedGroup(rest string) bool {
	return strings.HasPrefix(rest, "(?<") && !strings.HasPrefix(rest, "(?<=") && !strings.HasPrefix(rest, "(?<!")
}

// eat goes past the text if it stands here.
func (p *parser) eat(text string) bool {
	if strings.HasPrefix(p.pattern[p.at:], text) {
		p.at += len(text)
		return true
	}
	return false
}

func (p *parser) more() bool { return p.at < len(p.pattern) }

// next takes one character.
func (p *parser) next() rune {
	r, size := utf8.DecodeRuneInString(p.pattern[p.at:])
	p.at += size
	return r
}

// choice reads options up to a ) or the end.
func (p *parser) choice() (node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.fault(p.at, "groups are nested too deeply")
	}
	defer func() { p.depth-- }()
	var options []node
	for {
		option, err := p.sequence()
		if err != nil {
			return nil, err
		}
		options = append(options, option)
		if !p.eat("|") {
			break
		}
	}
	if len(options) == 1 {
		return options[0], nil
	}
	return choice{options}, nil
}

func (p *parser) sequence() (node, error) {
	var items []node
	for p.more() && p.pattern[p.at] != '|' && p.pattern[p.at] != ')' {
		item, err := p.term()
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	items = joined(items)
	if len(items) == 1 {
		return items[0], nil
	}
	return sequence{items}, nil
}

// joined makes one literal of neighbours, and one set of a high and a low half.
func joined(items []node) []node {
	var all []node
	for _, item := range items {
		if len(all) > 0 {
			last := len(all) - 1
			switch item := item.(type) {
			case literal:
				if before, ok := all[last].(literal); ok {
					all[last] = literal{before.text + item.text}
					continue
				}
			case oneOf:
				if before, ok := all[last].(oneOf); ok {
					if pairs := surrogatePairs(before.set, item.set); pairs != nil {
						all[last] = oneOf{pairs}
						continue
					}
				}
			}
		}
		all = append(all, item)
	}
	return all
}

// term reads an atom or an assertion and its quantifier.
func (p *parser) term() (node, error) {
	start, first := p.at, p.groups+1
	item, quantifiable, err := p.atom()
	if err != nil {
		return nil, err
	}
	q, found, err := p.quantifier()
	switch {
	case err != nil:
		return nil, err
	case !found:
		return item, nil
	case !quantifiable:
		return nil, p.fault(start, "nothing to repeat")
	}
	q.body, q.first, q.last = item, first, p.groups
	return q, nil
}

func (p *parser) atom() (item node, quantifiable bool, err error) {
	start := p.at
	switch r := p.next(); r {
	case '^':
		return anchor{p.startKind()}, false, nil
	case '$':
		return anchor{p.endKind()}, false, nil
	case '(':
		return p.group(start)
	case '.':
		if p.mode.dotAll {
			return oneOf{newSet(complement(nil))}, true, nil
		}
		return oneOf{newSet(complement(lineTerminators))}, true, nil
	case '[':
		s, err := p.class(start)
		return oneOf{s}, true, err
	case '\\':
		return p.escape(start)
	case '*', '+', '?':
		return nil, false, p.fault(start, "nothing to repeat")
	case '{':
		p.at = start
		if _, found, _ := p.quantifier(); found {
			return nil, false, p.fault(start, "nothing to repeat")
		}
		p.at = start + 1
		return p.character('{'), true, nil
	default:
		return p.character(r), true, nil
	}
}

func (p *parser) startKind() anchorKind {
	if p.mode.multiline {
		return lineStart
	}
	return textStart
}

func (p *parser) endKind() anchorKind {
	if p.mode.multiline {
		return lineEnd
	}
	return textEnd
}

// character is one character that stands for itself, or for its other case.
func (p *parser) character(r rune) node {
	if p.mode.ignoreCase {
		if s := newSet(folded([]span{{r, r}})); len(s.spans) > 1 || s.spans[0].lo != s.spans[0].hi {
			return oneOf{s}
		}
	}
	if unicode.Is(unicode.Cs, r) || r == utf8.RuneError {
		return oneOf{newSet([]span{{r, r}})} // no text says it, or more than one does
	}
	return literal{string(r)}
}

// group reads what follows a parenthesis.
func (p *parser) group(start int) (item node, quantifiable bool, err error) {
	switch {
	case p.eat("?:"):
		item, err = p.closed(start)
		return item, true, err
	case p.eat("?="):
		item, err = p.closed(start)
		return look{body: item}, true, err
	case p.eat("?!"):
		item, err = p.closed(start)
		return look{body: item, negate: true}, true, err
	case p.eat("?<="):
		item, err = p.closed(start)
		return look{body: item, behind: true}, false, err
	case p.eat("?<!"):
		item, err = p.closed(start)
		return look{body: item, behind: true, negate: true}, false, err
	}
	p.groups++
	index := p.groups
	if p.eat("?<") {
		name, ok := p.name()
		switch {
		case !ok:
			return nil, false, p.fault(start, "invalid name of a group")
		case p.groupNamed(name) != 0:
			return nil, false, p.fault(start, "two groups are named "+name)
		}
		p.names[index-1] = name
	} else if p.eat("?") {
		return nil, false, p.fault(start, "invalid group")
	}
	item, err = p.closed(start)
	return capture{index, item}, true, err
}

// closed reads a group's inside and its end.
func (p *parser) closed(start int) (node, error) {
	item, err := p.choice()
	if err == nil && !p.eat(")") {
		err = p.fault(start, "unterminated group")
	}
	return item, err
}

// name reads a group's name up to its >.
func (p *parser) name() (string, bool) {
	length := strings.IndexByte(p.pattern[p.at:], '>')
	if length <= 0 {
		return "", false
	}
	name := p.pattern[p.at : p.at+length]
	for i, r := range name {
		if !unicode.IsLetter(r) && r != '$' && r != '_' && (i == 0 || !unicode.Is(unicode.Nd, r) && !unicode.IsMark(r)) {
			return "", false
		}
	}
	p.at += length + 1
	return name, true
}

// groupNamed gives the index of a group that has been read, 0 for none.
func (p *parser) groupNamed(name string) int {
	for i, n := range p.names {
		if n == name {
			return i + 1
		}
	}
	return 0
}
