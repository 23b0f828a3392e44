package jsonpath

// condition is a filter or a part of one.
type condition interface{ holds(s scope) bool }

type (
	both   struct{ left, right condition }
	either struct{ left, right condition }
	not    struct{ inner condition }
	// exists holds when the path leads somewhere; what is there does not count.
	exists struct{ path *Path }
	// compares holds when the operator does so for the two operands.
	compares struct {
		operator    operator
		left, right operand
	}
)

func (c both) holds(s scope) bool   { return c.left.holds(s) && c.right.holds(s) }
func (c either) holds(s scope) bool { return c.left.holds(s) || c.right.holds(s) }
func (c not) holds(s scope) bool    { return !c.inner.holds(s) }

func (c exists) holds(s scope) bool {
	_, ok := s.find(c.path)
	return ok
}

func (c compares) holds(s scope) bool {
	left, right := c.left.in(s), c.right.in(s)
	cost := max(1, left.literal.Len()) * max(1, right.literal.Len())
	return s.budget.spend(cost) && c.operator.holds(left, right)
}

// filter reads (...) behind the question mark.
func (p *parser) filter() (step, error) {
	p.filters++
	defer func() { p.filters-- }()
	if err := p.expect('('); err != nil {
		return step{}, err
	}
	c, err := p.disjunction()
	if err != nil {
		return step{}, err
	}
	return step{kind: stepFilter, filter: c}, p.expect(')')
}

func (p *parser) disjunction() (condition, error) {
	left, err := p.conjunction()
	for p.blanks(); err == nil && p.takeText("||"); p.blanks() {
		var right condition
		right, err = p.conjunction()
		left = either{left, right}
	}
	return left, err
}

func (p *parser) conjunction() (condition, error) {
	left, err := p.negation()
	for p.blanks(); err == nil && p.takeText("&&"); p.blanks() {
		var right condition
		right, err = p.negation()
		left = both{left, right}
	}
	return left, err
}

// negation reads !..., a condition in parentheses, or a comparison.
func (p *parser) negation() (condition, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.fail("the filter nests too deep")
	}
	defer func() { p.depth-- }()
	p.blanks()
	switch {
	case p.take('!'):
		inner, err := p.negation()
		return not{inner}, err
	case p.take('('):
		inner, err := p.disjunction()
		if err != nil {
			return nil, err
		}
		return inner, p.expect(')')
	}
	return p.comparison()
}

// comparison reads a path alone, or two operands with an operator.
func (p *parser) comparison() (condition, error) {
	start := p.pos
	left, err := p.operand()
	if err != nil {
		return nil, err
	}
	op, ok := p.operator()
	if !ok {
		if left.path == nil {
			return nil, p.failAt(start, "a literal alone is no condition")
		}
		return exists{left.path}, nil
	}
	right, err := p.operand()
	return compares{operator: op, left: left, right: right}, err
}
