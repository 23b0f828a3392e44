package jsonpath

// bracket reads a step in square brackets.
func (p *parser) bracket() (step, error) {
	start := p.pos
	p.pos++
	p.blanks()
	var s step
	var err error
	switch c := p.peek(); {
	case c == '*':
		p.pos++
		s = step{kind: stepWildcard}
	case c == '\'' || c == '"':
		s, err = p.names()
	case c == '?':
		p.pos++
		s, err = p.filter()
	case c == '(':
		s, err = p.lengthMinus()
	case c == '-' || c == ':' || c >= '0' && c <= '9':
		s, err = p.indexes()
	default:
		return s, p.failAt(start, "[ must be followed by a quoted name, an index, a slice, * or a filter")
	}
	if err != nil {
		return s, err
	}
	return s, p.expect(']')
}

// names reads 'a' or 'a', 'b'.
func (p *parser) names() (step, error) {
	var names []string
	for {
		p.blanks()
		if c := p.peek(); c != '\'' && c != '"' {
			return step{}, p.fail("a quoted name is missing")
		}
		name, err := p.rawQuoted()
		if err != nil {
			return step{}, err
		}
		names = append(names, name)
		if p.blanks(); !p.take(',') {
			break
		}
	}
	if len(names) == 1 {
		return step{kind: stepName, name: names[0]}, nil
	}
	return step{kind: stepNames, names: names}, nil
}

// indexes reads 0 or 0, 1 or a slice.
func (p *parser) indexes() (step, error) {
	var indexes []int
	for {
		p.blanks()
		n, ok, err := p.integer()
		if err != nil {
			return step{}, err
		}
		p.blanks()
		if len(indexes) == 0 && p.take(':') {
			return p.sliceFrom(n, ok)
		}
		if !ok {
			return step{}, p.fail("an index is missing")
		}
		indexes = append(indexes, n)
		if !p.take(',') {
			break
		}
	}
	if len(indexes) == 1 {
		return step{kind: stepIndex, index: indexes[0]}, nil
	}
	return step{kind: stepIndexes, indexes: indexes}, nil
}

// sliceFrom reads the rest of a slice behind the colon. Jayway has no step
// width: it takes a third number without heeding it, which is refused here.
func (p *parser) sliceFrom(from int, hasFrom bool) (step, error) {
	p.blanks()
	to, hasTo, err := p.integer()
	if err != nil {
		return step{}, err
	}
	if p.blanks(); p.peek() == ':' {
		return step{}, p.fail("a slice has no step width")
	}
	if !hasFrom && !hasTo {
		return step{}, p.fail("a slice needs a start or an end")
	}
	return step{kind: stepSlice, slice: slice{from: from, to: to, hasFrom: hasFrom, hasTo: hasTo}}, nil
}

// lengthMinus reads (@.length-1), the way of Jayway's first versions to count
// from the end.
func (p *parser) lengthMinus() (step, error) {
	start := p.pos
	if !p.takeText("(@.length-") {
		return step{}, p.fail("the only script is (@.length-n)")
	}
	n, ok, err := p.integer()
	if err != nil {
		return step{}, err
	}
	if !ok || n < 1 || !p.take(')') {
		return step{}, p.failAt(start, "the only script is (@.length-n)")
	}
	return step{kind: stepIndex, index: -n}, nil
}
