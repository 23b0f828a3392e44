package jsonata

// resolver turns the parser's tree into paths with steps, stages and groups,
// and finds the step that each parent operator means.
type resolver struct{ labels int }

// resolve gives the tree that is compiled. It works in place: the parser's
// tree must not be used afterwards.
func resolve(n *syntax) (*syntax, *Error) {
	r := &resolver{}
	n, err := r.node(n)
	if err != nil {
		return nil, err
	}
	if n.form == formParent || len(n.seeking) > 0 {
		return nil, &Error{Code: "S0217", offset: n.position(), Token: formNames[n.form]}
	}
	return n, nil
}

// position is where the reference sees the node; a path or parent has no place.
func (n *syntax) position() int {
	if n.form == formPath || n.form == formParent {
		return 0
	}
	return n.at
}

func (r *resolver) node(n *syntax) (*syntax, *Error) {
	resolved, err := r.bare(n)
	if err == nil && n.keepArray {
		resolved.keepArray = true
	}
	return resolved, err
}

// bare resolves a node without the array mark on it.
func (r *resolver) bare(n *syntax) (*syntax, *Error) {
	switch n.form {
	case formEnd:
		return nil, &Error{Code: "S0207", offset: n.at, Token: endToken}
	case formName:
		return r.name(n), nil
	case formWord:
		n.form = formName
		return r.name(n), nil
	case formParent:
		n.slot = &slot{label: &label{number: r.labels}, level: 1}
		r.labels++
		return n, nil
	case formDot:
		return r.dot(n)
	case formFilter:
		return r.filter(n)
	case formGroup:
		return r.group(n)
	case formOrder:
		return r.order(n)
	case formFocus:
		return r.focus(n)
	case formIndex:
		return r.index(n)
	case formLambda:
		body, err := r.node(n.right)
		if err != nil {
			return nil, err
		}
		n.right = body
		markTail(body)
		return n, nil
	case formTransform:
		return n, r.parts(nil, &n.left, &n.right, &n.third)
	case formApply:
		err := r.parts(nil, &n.left, &n.right)
		n.keepArray = n.keepArray || err == nil && (n.left.keepArray || n.right.keepArray)
		return n, err
	case formCall, formPartial:
		return n, r.callParts(n)
	case formBlock:
		return n, r.block(n)
	case formNegate:
		return r.negate(n)
	}
	return n, r.composite(n)
}

// parts resolves children in place; into gathers their parent operators.
func (r *resolver) parts(into *syntax, children ...**syntax) *Error {
	for _, child := range children {
		if *child == nil {
			continue
		}
		resolved, err := r.node(*child)
		if err != nil {
			return err
		}
		*child = resolved
		if into != nil {
			into.seek(resolved)
		}
	}
	return nil
}

// composite resolves the children of nodes without rules of their own.
func (r *resolver) composite(n *syntax) *Error {
	for k := range n.list {
		if err := r.parts(n, &n.list[k]); err != nil {
			return err
		}
	}
	for k := range n.pairs {
		if err := r.parts(n, &n.pairs[k].key, &n.pairs[k].value); err != nil {
			return err
		}
	}
	if n.form == formBind {
		return r.parts(n, &n.right)
	}
	return r.parts(n, &n.left, &n.right, &n.third)
}

func (r *resolver) callParts(n *syntax) *Error {
	for k := range n.list {
		if n.list[k].form == formPlaceholder {
			continue
		}
		if err := r.parts(n, &n.list[k]); err != nil {
			return err
		}
	}
	return r.parts(nil, &n.left)
}

func (r *resolver) block(n *syntax) *Error {
	for k := range n.list {
		if err := r.parts(n, &n.list[k]); err != nil {
			return err
		}
		e := n.list[k]
		if e.whole || e.form == formPath && e.list[0].whole {
			n.whole = true
		}
	}
	return nil
}

func (r *resolver) name(n *syntax) *syntax {
	return &syntax{form: formPath, at: n.at, list: []*syntax{n}, array: n.keepArray}
}

// negate folds the sign into a number.
func (r *resolver) negate(n *syntax) (*syntax, *Error) {
	if err := r.parts(n, &n.left); err != nil {
		return nil, err
	}
	if n.left.form == formNumber {
		n.left.number = -n.left.number
		return n.left, nil
	}
	return n, nil
}

// markTail finds the calls whose result is the result of a function.
func markTail(n *syntax) {
	switch {
	case len(n.predicates) > 0:
	case n.form == formCall:
		n.tail = true
	case n.form == formCondition:
		markTail(n.right)
		if n.third != nil {
			markTail(n.third)
		}
	case n.form == formBlock && len(n.list) > 0:
		markTail(n.last())
	}
}
