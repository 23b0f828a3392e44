package regex

// quantifier reads * + ? {n} {n,} {n,m} and a ? behind it. A brace that makes
// no quantifier is a character.
func (p *parser) quantifier() (q repeat, found bool, err error) {
	start := p.at
	switch {
	case p.eat("*"):
		q = repeat{min: 0, max: unlimited}
	case p.eat("+"):
		q = repeat{min: 1, max: unlimited}
	case p.eat("?"):
		q = repeat{min: 0, max: 1}
	case p.eat("{"):
		low, ok := p.number()
		if !ok {
			p.at = start
			return q, false, nil
		}
		q = repeat{min: low, max: low}
		if p.eat(",") {
			if q.max, ok = p.number(); !ok {
				q.max = unlimited
			}
		}
		if !p.eat("}") {
			p.at = start
			return q, false, nil
		}
		if q.max < q.min {
			return q, false, p.fault(start, "numbers out of order in a quantifier")
		}
	default:
		return q, false, nil
	}
	q.greedy = !p.eat("?")
	return q, true, nil
}

// number reads decimal digits; what is too large counts as unlimited.
func (p *parser) number() (n int, ok bool) {
	for p.more() && '0' <= p.pattern[p.at] && p.pattern[p.at] <= '9' {
		n = min(n*10+int(p.pattern[p.at]-'0'), unlimited)
		p.at++
		ok = true
	}
	return n, ok
}
