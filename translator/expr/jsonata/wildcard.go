package jsonata

// wildcardNode is *: the values of all members, or of all elements.
type wildcardNode struct{ collapse bool }

func (wildcardNode) whole() node { return wildcardNode{} }

func (n wildcardNode) eval(ev *evaluation, in item, _ *frame) (item, *Error) {
	if in.has(outerWrapper) && in.len() > 0 {
		in = in.at(0)
	}
	if k := in.kind(); k != object && k != array {
		return item{}, nil
	}
	if err := ev.work(in.len()); err != nil {
		return item{}, err
	}
	var found []item
	joined := false
	for k := range in.len() {
		if v := in.at(k); v.isArray() {
			found, joined = flattened(found, v), true
		} else {
			found = append(found, v)
		}
	}
	if joined { // an array among the values leaves a plain array
		return ofArray(found), nil
	}
	return ofSequence(found).collapsedIf(n.collapse), nil
}

// flattened adds everything in an array and the arrays in it.
func flattened(list []item, v item) []item {
	if !v.isArray() {
		return append(list, v)
	}
	for k := range v.len() {
		list = flattened(list, v.at(k))
	}
	return list
}

// descendantNode is **: the value and everything in it.
type descendantNode struct{ collapse bool }

func (descendantNode) whole() node { return descendantNode{} }

func (n descendantNode) eval(ev *evaluation, in item, _ *frame) (item, *Error) {
	if in.isUndefined() {
		return item{}, nil
	}
	found, err := descend(ev, nil, in)
	if err != nil {
		return item{}, err
	}
	if len(found) == 1 {
		return found[0], nil
	}
	return ofSequence(found).collapsedIf(n.collapse), nil
}

func descend(ev *evaluation, list []item, v item) ([]item, *Error) {
	k := v.kind()
	if k != array {
		list = append(list, v)
	}
	if k != array && k != object {
		return list, nil
	}
	if err := ev.enter(); err != nil {
		return nil, err
	}
	if err := ev.work(v.len()); err != nil {
		return nil, err
	}
	for n := range v.len() {
		var err *Error
		if list, err = descend(ev, list, v.at(n)); err != nil {
			return nil, err
		}
	}
	ev.leave()
	return list, nil
}
