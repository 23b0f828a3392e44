package picture

import "strings"

// parts is a sub-picture cut up.
type parts struct {
	text             string
	runes            []rune
	from, to         int // where the active part is; from is to+1 when there is none
	mantissa         []rune
	integer, decimal []rune
	exponent         []rune
	hasExponent      bool
}

// split cuts a sub-picture at its first and last active characters, and what
// is between at the exponent and decimal separators. The place of the exponent
// separator counts from the start of the whole, as in the reference, so a
// picture with a prefix and an exponent is cut too late.
func (p *NumberPicture) split(runes []rune) parts {
	s := parts{text: string(runes), runes: runes, from: -1}
	for i, r := range runes {
		if p.isActive(r) && !is(r, p.options.ExponentSeparator) {
			if s.from < 0 {
				s.from = i
			}
			s.to = i + 1
		}
	}
	if s.from < 0 {
		s.from = 0
		return s
	}
	active := runes[s.from:s.to]
	s.mantissa = active
	if at := index(runes, p.options.ExponentSeparator, s.from); at >= 0 && at <= s.to {
		s.hasExponent = true
		s.mantissa = active[:min(at, len(active))]
		s.exponent = active[min(at+1, len(active)):]
	}
	s.integer = s.mantissa
	if at := index(s.mantissa, p.options.DecimalSeparator, 0); at >= 0 {
		s.integer, s.decimal = s.mantissa[:at], s.mantissa[at+1:]
	}
	return s
}

// check gives the code of what is wrong. When there is more than one fault,
// the one with the highest number counts.
func (p *NumberPicture) check(s *parts) (code string) {
	o := &p.options
	decimalAt := index(s.runes, o.DecimalSeparator, 0)
	percent, perMille := strings.Contains(s.text, o.Percent), strings.Contains(s.text, o.PerMille)
	atDecimal := func(offset int) bool {
		at := decimalAt + offset
		return at >= 0 && at < len(s.runes) && is(s.runes[at], o.GroupingSeparator)
	}
	last := func(runes []rune) rune {
		if len(runes) == 0 {
			return -1
		}
		return runes[len(runes)-1]
	}
	for _, rule := range []struct {
		code   string
		broken bool
	}{
		{codeDecimals, strings.Count(s.text, o.DecimalSeparator) > 1},
		{codePercents, strings.Count(s.text, o.Percent) > 1},
		{codePerMilles, strings.Count(s.text, o.PerMille) > 1},
		{codePercentMille, percent && perMille},
		{codeNoDigit, p.count(s.mantissa, p.isPlace) == 0},
		{codePassive, p.count(s.runes[s.from:s.to], p.isActive) < s.to-s.from},
		{codeGroupAtDecimal, decimalAt >= 0 && (atDecimal(-1) || atDecimal(1))},
		{codeGroupAtEnd, decimalAt < 0 && is(last(s.integer), o.GroupingSeparator)},
		{codeGroupTwice, strings.Contains(s.text, o.GroupingSeparator+o.GroupingSeparator)},
		{codeOptionalInteger, p.mixed(s.integer, false)},
		{codeOptionalDecimal, p.mixed(s.decimal, true)},
		{codeExponentPercent, len(s.exponent) > 0 && (percent || perMille)},
		{codeExponent, s.hasExponent && (len(s.exponent) == 0 || p.count(s.exponent, p.isDigit) < len(s.exponent))},
	} {
		if rule.broken {
			code = rule.code
		}
	}
	return code
}

// mixed reports a digit before the first optional one, or behind the last.
func (p *NumberPicture) mixed(runes []rune, behind bool) bool {
	first, last := -1, -1
	for i, r := range runes {
		if is(r, p.options.Digit) {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	switch {
	case first < 0:
		return false
	case behind:
		return p.count(runes[last:], p.isDigit) > 0
	}
	return p.count(runes[:first], p.isDigit) > 0
}

// analyse takes the variables of the recommendation, 4.7.4, from the parts.
func (p *NumberPicture) analyse(s *parts) subPicture {
	v := subPicture{
		prefix:      string(s.runes[:s.from]),
		suffix:      string(s.runes[s.to:]),
		scale:       1,
		decimal:     strings.Contains(s.text, p.options.DecimalSeparator),
		grouping:    p.groupingOf(s.integer, s.integer, false),
		fraction:    p.groupingOf(s.decimal, s.integer, true),
		minInteger:  p.count(s.integer, p.isDigit),
		minFraction: p.count(s.decimal, p.isDigit),
		maxFraction: p.count(s.decimal, p.isPlace),
		minExponent: p.count(s.exponent, p.isDigit),
	}
	v.every = regular(v.grouping)
	v.scaling = v.minInteger
	switch {
	case strings.Contains(s.text, p.options.Percent):
		v.scale = 100
	case strings.Contains(s.text, p.options.PerMille):
		v.scale = 1000
	}
	if v.minInteger == 0 && v.maxFraction == 0 {
		if s.hasExponent {
			v.minFraction, v.maxFraction = 1, 1
		} else {
			v.minInteger = 1
		}
	}
	if s.hasExponent && v.minInteger == 0 && index(s.integer, p.options.Digit, 0) >= 0 {
		v.minInteger = 1
	}
	if v.minInteger == 0 && v.minFraction == 0 {
		v.minFraction = 1
	}
	return v
}

// groupingOf gives for each separator the digits behind it, or before it in a
// fraction. From its second separator on, a fraction has those of the integer
// part, as in the reference.
func (p *NumberPicture) groupingOf(part, integer []rune, before bool) (places []int) {
	for at := index(part, p.options.GroupingSeparator, 0); at >= 0; at = index(integer, p.options.GroupingSeparator, at+1) {
		if cut := min(at, len(part)); before {
			places = append(places, p.count(part[:cut], p.isPlace))
		} else {
			places = append(places, p.count(part[cut:], p.isPlace))
		}
	}
	return places
}
