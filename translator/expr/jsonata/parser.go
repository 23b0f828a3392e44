package jsonata

import "github.com/seed-a99ddb6e/stepwell/translator/value"

// parser builds the tree by operator precedence. Its error is kept and stops
// everything: from then on it sees the end of the text only.
type parser struct {
	lexer lexer
	token token // the one not yet used
	err   *Error
	depth int
}

// deepestSyntax bounds the nesting of an expression's text.
const deepestSyntax = 1000

func parse(text string) (*syntax, *Error) {
	p := &parser{lexer: lexer{text: text}}
	p.advance(false)
	n := p.expression(0)
	if p.err == nil && p.token.kind != tokenEnd {
		p.fail(p.unexpected("S0201", p.token))
	}
	return n, p.err
}

func (p *parser) fail(err *Error) *syntax {
	if p.err == nil {
		p.err = err
	}
	p.token = token{kind: tokenEnd, text: endToken, end: len(p.lexer.text)}
	return &syntax{form: formEnd, text: endToken, at: p.token.end}
}

func (p *parser) unexpected(code string, t token) *Error {
	return &Error{Code: code, offset: t.end, Token: t.text, numeric: t.kind == tokenNumber || t.kind == tokenValue}
}

// advance reads the next token. After an operand a slash divides.
func (p *parser) advance(afterOperand bool) {
	if p.err != nil {
		return
	}
	t, err := p.lexer.next(afterOperand)
	if err != nil {
		p.fail(err)
		return
	}
	p.token = t
	if t.is("!") || t.is("~") {
		p.fail(p.unexpected("S0204", t))
	}
}

// expect passes over an operator that must stand here.
func (p *parser) expect(operator string, afterOperand bool) {
	if p.err != nil {
		return
	}
	if !p.token.is(operator) {
		code := "S0202"
		if p.token.kind == tokenEnd {
			code = "S0203"
		}
		err := p.unexpected(code, p.token)
		err.Value = value.OfString(operator)
		p.fail(err)
		return
	}
	p.advance(afterOperand)
}

// expression reads operands and operators as long as these bind tighter than
// the power given.
func (p *parser) expression(power int) *syntax {
	if p.depth++; p.depth > deepestSyntax {
		p.fail(&Error{Code: CodeDepth, offset: p.token.end, Message: messageDepth})
	}
	defer func() { p.depth-- }()
	t := p.token
	p.advance(true)
	left := p.operand(t)
	for p.err == nil && power < p.token.leftPower() {
		t = p.token
		p.advance(false)
		left = p.operation(t, left)
	}
	return left
}

// operand makes a node of a token at the start of an expression.
func (p *parser) operand(t token) *syntax {
	n := &syntax{at: t.end, text: t.text, number: t.number}
	switch t.kind {
	case tokenEnd:
		n.form = formEnd
	case tokenName:
		n.form = formName
	case tokenVariable:
		n.form = formVariable
	case tokenString:
		n.form = formString
	case tokenNumber:
		n.form = formNumber
	case tokenValue:
		n.form = formValue
	case tokenRegex:
		n.form, n.flags = formRegex, t.flags
	default:
		return p.prefix(t, n)
	}
	return n
}

// prefix reads what an operator opens.
func (p *parser) prefix(t token, n *syntax) *syntax {
	switch t.text {
	case "and", "or", "in":
		n.form = formWord
	case "*":
		n.form = formWildcard
	case "**":
		n.form = formDescendant
	case "%":
		n.form = formParent
	case "-":
		n.form, n.left = formNegate, p.expression(70)
	case "(":
		n.form = formBlock
		for !p.token.is(")") && p.err == nil {
			n.list = append(n.list, p.expression(0))
			if !p.token.is(";") {
				break
			}
			p.advance(false)
		}
		p.expect(")", true)
	case "[":
		p.elements(n)
	case "{":
		n.form = formObject
		n.pairs = p.members()
	case "|":
		p.transform(n)
	default:
		return p.fail(p.unexpected("S0211", t))
	}
	return n
}

// elements reads an array constructor after its bracket; ranges stand only
// here.
func (p *parser) elements(n *syntax) {
	n.form = formArray
	for more := !p.token.is("]"); more && p.err == nil; {
		e := p.expression(0)
		if p.token.is("..") {
			r := &syntax{form: formBinary, text: "..", at: p.token.end, left: e}
			p.advance(false)
			r.right = p.expression(0)
			e = r
		}
		n.list = append(n.list, e)
		if more = p.token.is(","); more {
			p.advance(false)
		}
	}
	p.expect("]", true)
}

// members reads the pairs of an object after its brace.
func (p *parser) members() []pair {
	var pairs []pair
	for more := !p.token.is("}"); more && p.err == nil; {
		key := p.expression(0)
		p.expect(":", false)
		pairs = append(pairs, pair{key, p.expression(0)})
		if more = p.token.is(","); more {
			p.advance(false)
		}
	}
	p.expect("}", true)
	return pairs
}

// transform reads |pattern|update,delete|.
func (p *parser) transform(n *syntax) {
	n.form = formTransform
	n.left = p.expression(0)
	p.expect("|", false)
	n.right = p.expression(0)
	if p.token.is(",") {
		p.advance(false)
		n.third = p.expression(0)
	}
	p.expect("|", false)
}
