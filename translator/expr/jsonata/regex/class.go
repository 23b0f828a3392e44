package regex

// class reads a character class behind its bracket.
func (p *parser) class(start int) (*set, error) {
	negate := p.eat("^")
	// Sets with a letter hold both cases of what they hold; only characters
	// and ranges have to be folded.
	var fold, whole []span
	for {
		if !p.more() {
			return nil, p.fault(start, "unterminated class")
		}
		if p.eat("]") {
			break
		}
		at := p.at
		lo, loSet, err := p.classAtom()
		if err != nil {
			return nil, err
		}
		if !p.more() || p.pattern[p.at] != '-' || p.at+1 < len(p.pattern) && p.pattern[p.at+1] == ']' {
			fold, whole = p.add(fold, lo, loSet, whole)
			continue
		}
		p.at++
		if !p.more() {
			continue // unterminated
		}
		hi, hiSet, err := p.classAtom()
		switch {
		case err != nil:
			return nil, err
		case loSet != nil || hiSet != nil:
			// A range that ends in a set is its two ends and the dash.
			fold, whole = p.add(fold, lo, loSet, whole)
			fold, whole = p.add(fold, hi, hiSet, whole)
			fold = append(fold, span{'-', '-'})
		case lo > hi:
			return nil, p.fault(at, "range out of order in a class")
		default:
			fold = append(fold, span{lo, hi})
		}
	}
	if p.mode.ignoreCase {
		fold = folded(fold)
	}
	spans := normal(append(fold, whole...))
	if surrogates := (span{highSurrogates.lo, lowSurrogates.hi}); holds(spans, surrogates) {
		spans = append(spans, astral)
	}
	if negate {
		spans = complement(spans)
	}
	return newSet(spans), nil
}

func (p *parser) add(fold []span, r rune, letters, whole []span) (_, _ []span) {
	if letters != nil {
		return fold, append(whole, letters...)
	}
	return append(fold, span{r, r}), whole
}

// classAtom reads one character of a class, or a set with a letter.
func (p *parser) classAtom() (r rune, letters []span, err error) {
	start := p.at
	if r = p.next(); r != '\\' {
		return r, nil, nil
	}
	if !p.more() {
		return 0, nil, p.fault(start, `\ at the end`)
	}
	if letters = p.letterSet(); letters != nil {
		return 0, letters, nil
	}
	if p.named && p.pattern[p.at] == 'k' {
		return 0, nil, p.fault(start, `invalid \k`)
	}
	return p.characterEscape(true), nil, nil
}

// holds reports that all of one span is in the sorted spans.
func holds(spans []span, all span) bool {
	for _, p := range spans {
		if p.lo <= all.lo && all.hi <= p.hi {
			return true
		}
	}
	return false
}

// surrogatePairs gives the characters above U+FFFF whose halves are in the two
// sets; nil unless the sets hold halves and nothing else.
func surrogatePairs(high, low *set) *set {
	if !within(high, highSurrogates) || !within(low, lowSurrogates) {
		return nil
	}
	var spans []span
	for _, h := range high.spans {
		for r := h.lo; r <= h.hi; r++ {
			base := astral.lo + (r-highSurrogates.lo)<<10 - lowSurrogates.lo
			for _, l := range low.spans {
				spans = append(spans, span{base + l.lo, base + l.hi})
			}
		}
	}
	return newSet(spans)
}

func within(s *set, all span) bool {
	n := len(s.spans)
	return n > 0 && s.spans[0].lo >= all.lo && s.spans[n-1].hi <= all.hi
}
