package jsonata

import "math"

// binary compiles an operator between two operands.
func (c *compiler) binary(n *syntax) (node, *Error) {
	left, err := c.node(n.left)
	if err != nil {
		return nil, err
	}
	right, err := c.node(n.right)
	if err != nil {
		return nil, err
	}
	two := operands{left: left, right: right, at: n.at, word: n.text}
	switch n.text {
	case "+", "-", "*", "/", "%":
		return &arithmeticNode{two, n.text[0]}, nil
	case "=", "!=":
		return &equalityNode{two, n.text == "="}, nil
	case "<", "<=", ">", ">=":
		return &orderNode{two, n.text[0], len(n.text) > 1}, nil
	case "and", "or":
		return &logicNode{two, n.text == "or"}, nil
	case "&":
		return &joinNode{two}, nil
	case "in":
		return &inNode{two}, nil
	case "..":
		return &rangeNode{two}, nil
	}
	return nil, &Error{Code: "S0201", offset: n.at, Token: n.text}
}

// operands are the two sides of an operator.
type operands struct {
	left, right node
	at          int
	word        string
}

// both evaluates the two sides.
func (n *operands) both(ev *evaluation, in item, fr *frame) (a, b item, err *Error) {
	if err = ev.enter(); err != nil {
		return
	}
	if a, err = n.left.eval(ev, in, fr); err != nil {
		return
	}
	b, err = n.right.eval(ev, in, fr)
	ev.leave()
	return
}

// fault places an error at the operator.
func (n *operands) fault(err *Error) *Error {
	err.offset, err.Token = n.at, n.word
	return err
}

type arithmeticNode struct {
	operands
	operator byte
}

func (n *arithmeticNode) eval(ev *evaluation, in item, fr *frame) (item, *Error) {
	a, b, err := n.both(ev, in, fr)
	if err != nil {
		return item{}, err
	}
	if !a.isUndefined() {
		if err := n.numeric(a, "T2001"); err != nil {
			return item{}, err
		}
	}
	if b.isUndefined() {
		return item{}, nil
	}
	if err := n.numeric(b, "T2002"); err != nil || a.isUndefined() {
		return item{}, err
	}
	x, y := a.float(), b.float()
	switch n.operator {
	case '+':
		x += y
	case '-':
		x -= y
	case '*':
		x *= y
	case '/':
		x /= y
	case '%':
		x = math.Mod(x, y)
	}
	return ofFloat(x), nil
}

func (n *arithmeticNode) numeric(v item, code string) *Error {
	if v.kind() != number {
		return n.fault(&Error{Code: code, Value: v.shown()})
	}
	if _, err := v.finite(); err != nil {
		return n.fault(err)
	}
	return nil
}

type equalityNode struct {
	operands
	wanted bool
}

func (n *equalityNode) eval(ev *evaluation, in item, fr *frame) (item, *Error) {
	a, b, err := n.both(ev, in, fr)
	if err != nil {
		return item{}, err
	}
	if a.isUndefined() || b.isUndefined() {
		return ofBool(false), nil
	}
	return ofBool(equal(a, b) == n.wanted), nil
}

type orderNode struct {
	operands
	direction byte
	orEqual   bool
}

func (n *orderNode) eval(ev *evaluation, in item, fr *frame) (item, *Error) {
	a, b, err := n.both(ev, in, fr)
	if err != nil {
		return item{}, err
	}
	ka, kb := a.kind(), b.kind()
	for _, k := range [...]kind{ka, kb} {
		if k != undefined && k != text && k != number {
			wrong := a
			if ka == text || ka == number {
				wrong = b
			}
			return item{}, n.fault(&Error{Code: "T2010", Value: wrong.shown()})
		}
	}
	if ka == undefined || kb == undefined {
		return item{}, nil
	}
	if ka != kb {
		return item{}, n.fault(&Error{Code: "T2009", Value: a.shown(), Value2: b.shown()})
	}
	c := compareItems(a, b)
	if n.direction == '>' {
		c = -c
	}
	return ofBool(c < 0 || n.orEqual && c == 0), nil
}

// logicNode is and, or; the right side is evaluated only when it decides.
type logicNode struct {
	operands
	or bool
}

func (n *logicNode) eval(ev *evaluation, in item, fr *frame) (item, *Error) {
	if err := ev.enter(); err != nil {
		return item{}, err
	}
	v, err := n.left.eval(ev, in, fr)
	if err != nil {
		return item{}, err
	}
	yes, err := v.truth()
	if err == nil && yes != n.or {
		if v, err = n.right.eval(ev, in, fr); err == nil {
			yes, err = v.truth()
		}
	}
	if err != nil {
		return item{}, n.fault(err)
	}
	ev.leave()
	return ofBool(yes), nil
}

// joinNode is &: both sides as strings, nothing as the empty one.
type joinNode struct{ operands }

func (n *joinNode) eval(ev *evaluation, in item, fr *frame) (item, *Error) {
	a, b, err := n.both(ev, in, fr)
	if err != nil {
		return item{}, err
	}
	left, err := a.asText()
	if err != nil {
		return item{}, n.fault(err)
	}
	right, err := b.asText()
	if err != nil {
		return item{}, n.fault(err)
	}
	return ofString(left + right), ev.grow(len(left) + len(right))
}

type inNode struct{ operands }

func (n *inNode) eval(ev *evaluation, in item, fr *frame) (item, *Error) {
	a, b, err := n.both(ev, in, fr)
	if err != nil {
		return item{}, err
	}
	if a.isUndefined() || b.isUndefined() {
		return ofBool(false), nil
	}
	if !b.isArray() {
		return ofBool(same(a, b)), nil
	}
	if err := ev.work(b.len()); err != nil {
		return item{}, err
	}
	for k := range b.len() {
		if same(a, b.at(k)) {
			return ofBool(true), nil
		}
	}
	return ofBool(false), nil
}

// same is equality of simple values; arrays and objects equal only themselves.
func same(a, b item) bool {
	if k := a.kind(); k == array || k == object {
		return a.b != nil && a.b == b.b
	}
	return equal(a, b)
}

type negateNode struct {
	operand node
	at      int
}

func (n *negateNode) eval(ev *evaluation, in item, fr *frame) (item, *Error) {
	if err := ev.enter(); err != nil {
		return item{}, err
	}
	v, err := n.operand.eval(ev, in, fr)
	if err != nil || v.isUndefined() {
		ev.leave()
		return item{}, err
	}
	ev.leave()
	if v.kind() != number {
		return item{}, &Error{Code: "D1002", offset: n.at, Token: "-", Value: v.shown()}
	}
	return ofFloat(-v.float()), nil
}

// largestRange is how many numbers a range may hold.
const largestRange = 1e7

type rangeNode struct{ operands }

func (n *rangeNode) eval(ev *evaluation, in item, fr *frame) (item, *Error) {
	a, b, err := n.both(ev, in, fr)
	if err != nil {
		return item{}, err
	}
	if !a.isUndefined() && !isWhole(a) {
		return item{}, n.fault(&Error{Code: "T2003", Value: a.shown()})
	}
	if !b.isUndefined() && !isWhole(b) {
		return item{}, n.fault(&Error{Code: "T2004", Value: b.shown()})
	}
	if a.isUndefined() || b.isUndefined() || a.float() > b.float() {
		return item{}, nil
	}
	from, size := a.float(), b.float()-a.float()+1
	if size > largestRange {
		return item{}, n.fault(&Error{Code: "D2014", Value: ofFloat(size).shown()})
	}
	return item{b: &body{kind: array, flags: sequence, other: &other{from: from, span: int(size)}}}.collapsed(), nil
}

func isWhole(v item) bool {
	return v.kind() == number && v.float() == math.Trunc(v.float()) && !math.IsInf(v.float(), 0)
}
