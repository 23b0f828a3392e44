package jsonata

import "github.com/seed-a99ddb6e/stepwell/translator/value"

// operation reads what follows an operator between operands.
func (p *parser) operation(t token, left *syntax) *syntax {
	n := &syntax{form: formBinary, at: t.end, text: t.text, left: left}
	switch t.text {
	case "(":
		return p.call(n)
	case "[":
		return p.filter(n)
	case "{":
		n.form, n.pairs = formGroup, p.members()
		return n
	case "^":
		return p.order(n)
	case "?":
		n.form, n.right = formCondition, p.expression(0)
		if p.token.is(":") {
			p.advance(false)
			n.third = p.expression(0)
		}
		return n
	case ":=":
		if left.form != formVariable {
			return p.fail(&Error{Code: "S0212", offset: left.at, Token: left.text})
		}
		n.form, n.right = formBind, p.expression(t.leftPower()-1)
		return n
	case "@", "#":
		n.form = formFocus
		if t.text == "#" {
			n.form = formIndex
		}
		n.right = p.expression(t.leftPower())
		if p.err == nil && n.right.form != formVariable {
			return p.fail(&Error{Code: "S0214", offset: n.right.at, Token: t.text})
		}
		return n
	case ".":
		n.form = formDot
	case "~>":
		n.form = formApply
	}
	n.right = p.expression(t.leftPower())
	return n
}

// filter reads a predicate, or the empty brackets that keep an array.
func (p *parser) filter(n *syntax) *syntax {
	if !p.token.is("]") {
		n.form, n.right = formFilter, p.expression(0)
		p.expect("]", true)
		return n
	}
	step := n.left
	for step.form == formFilter {
		step = step.left
	}
	step.keepArray = true
	p.advance(true)
	return n.left
}

// order reads the terms of an order-by.
func (p *parser) order(n *syntax) *syntax {
	n.form = formOrder
	p.expect("(", false)
	for p.err == nil {
		var t term
		if p.token.is("<") {
			p.advance(false)
		} else if p.token.is(">") {
			t.descending = true
			p.advance(false)
		}
		t.key = p.expression(0)
		n.terms = append(n.terms, t)
		if !p.token.is(",") {
			break
		}
		p.advance(false)
	}
	p.expect(")", false)
	return n
}

// call reads arguments; what is called decides whether they are parameters.
func (p *parser) call(n *syntax) *syntax {
	n.form = formCall
	for more := !p.token.is(")"); more && p.err == nil; {
		if p.token.is("?") {
			n.form = formPartial
			n.list = append(n.list, &syntax{form: formPlaceholder, text: "?", at: p.token.end})
			p.advance(false)
		} else {
			n.list = append(n.list, p.expression(0))
		}
		if more = p.token.is(","); more {
			p.advance(false)
		}
	}
	p.expect(")", true)
	if p.err == nil && n.left.form == formName && (n.left.text == "function" || n.left.text == "λ") {
		return p.lambda(n)
	}
	return n
}

// lambda reads a function definition after its parameters.
func (p *parser) lambda(n *syntax) *syntax {
	n.form = formLambda
	for k, parameter := range n.list {
		if parameter.form != formVariable {
			return p.fail(&Error{Code: "S0208", offset: parameter.at, Token: parameter.text, Value: value.OfInt(int64(k + 1))})
		}
	}
	if p.token.is("<") {
		at := p.token.end
		definition := p.signatureText()
		if p.err == nil {
			s, err := parseSignature(definition)
			if err != nil {
				err.offset += at
				return p.fail(err)
			}
			n.signature = s
		}
	}
	p.expect("{", false)
	n.left, n.right = nil, p.expression(0)
	p.expect("}", false)
	return n
}

// signatureText joins the tokens of a signature up to its closing bracket.
func (p *parser) signatureText() string {
	definition := "<"
	for depth := 1; depth > 0 && !p.token.is("{") && p.token.kind != tokenEnd; {
		p.advance(false)
		if p.token.is(">") {
			depth--
		} else if p.token.is("<") {
			depth++
		}
		definition += p.token.text
	}
	p.expect(">", false)
	return definition
}
