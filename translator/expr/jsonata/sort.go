package jsonata

// sortNode is an order-by step.
type sortNode struct {
	terms []sortTerm
	at    int
}

type sortTerm struct {
	key        node
	descending bool
}

func (c *compiler) sort(n *syntax) (*sortNode, *Error) {
	s := &sortNode{at: n.at}
	for _, t := range n.terms {
		key, err := c.node(t.key)
		if err != nil {
			return nil, err
		}
		s.terms = append(s.terms, sortTerm{key, t.descending})
	}
	return s, nil
}

// evalSort is the step of a path that sorts.
func (s *stepNode) evalSort(ev *evaluation, from values, fr *frame) (item, bool, *Error) {
	sorted, err := s.sort.values(ev, from, fr)
	for k := range s.stages {
		if err == nil {
			sorted, err = s.stages[k].filter(ev, sorted, fr)
		}
	}
	return sorted, sorted.isArray(), err
}

// values sorts the values that a step is applied to.
func (n *sortNode) values(ev *evaluation, from values, fr *frame) (item, *Error) {
	if !from.many {
		return ofSequence([]item{from.item}), nil
	}
	sorted, err := n.tuples(ev, tuplesOf(from.item, true), fr)
	if err != nil {
		return item{}, err
	}
	found := make([]item, len(sorted))
	for k, t := range sorted {
		found[k] = t.at
	}
	if len(found) < 2 {
		return ofSequence(found), nil
	}
	return ofArray(found), nil
}

// keyed is a tuple and its keys, as far as comparing needed them.
type keyed struct {
	tuple tuple
	frame *frame
	keys  []item
}

// tuples sorts tuples by the terms; equal ones keep their order.
func (n *sortNode) tuples(ev *evaluation, list []tuple, fr *frame) ([]tuple, *Error) {
	elements := make([]keyed, len(list))
	for k, t := range list {
		elements[k] = keyed{tuple: t, frame: fr}
		if t.bindings != nil {
			elements[k].frame = t.inside(fr)
		}
	}
	if err := ev.grow(len(list)); err != nil {
		return nil, err
	}
	err := mergeSort(elements, func(a, b *keyed) (bool, *Error) { return n.after(ev, a, b) })
	if err != nil {
		return nil, err
	}
	sorted := make([]tuple, len(list))
	for k := range elements {
		sorted[k] = elements[k].tuple
	}
	return sorted, nil
}

// after reports that a belongs after b. What is undefined comes last.
func (n *sortNode) after(ev *evaluation, a, b *keyed) (bool, *Error) {
	for k := range n.terms {
		x, err := n.key(ev, a, k)
		if err != nil {
			return false, err
		}
		y, err := n.key(ev, b, k)
		if err != nil {
			return false, err
		}
		if x.isUndefined() && y.isUndefined() {
			continue
		}
		if x.isUndefined() || y.isUndefined() {
			return x.isUndefined(), nil
		}
		for _, v := range []item{x, y} {
			if kind := v.kind(); kind != text && kind != number {
				return false, &Error{Code: "T2008", offset: n.at, Value: v.shown()}
			}
		}
		if x.kind() != y.kind() {
			return false, &Error{Code: "T2007", offset: n.at, Value: x.shown(), Value2: y.shown()}
		}
		if c := compareItems(x, y); c != 0 {
			return c > 0 != n.terms[k].descending, nil
		}
	}
	return false, nil
}

func (n *sortNode) key(ev *evaluation, e *keyed, term int) (item, *Error) {
	for len(e.keys) <= term {
		v, err := n.terms[len(e.keys)].key.eval(ev, e.tuple.at, e.frame)
		if err != nil {
			return item{}, err
		}
		e.keys = append(e.keys, v)
	}
	return e.keys[term], nil
}

// mergeSort sorts in place and keeps the order of equal elements. after
// reports that its first argument belongs behind its second; it may fail.
func mergeSort[E any](list []E, after func(a, b *E) (bool, *Error)) *Error {
	return mergeInto(list, make([]E, len(list)), after)
}

func mergeInto[E any](list, spare []E, after func(a, b *E) (bool, *Error)) *Error {
	if len(list) < 2 {
		return nil
	}
	half := len(list) / 2
	if err := mergeInto(list[:half], spare[:half], after); err != nil {
		return err
	}
	if err := mergeInto(list[half:], spare[half:], after); err != nil {
		return err
	}
	left, right := 0, half
	for k := range spare {
		takeRight := left == half
		if !takeRight && right < len(list) {
			var err *Error
			if takeRight, err = after(&list[left], &list[right]); err != nil {
				return err
			}
		}
		if takeRight {
			spare[k] = list[right]
			right++
		} else {
			spare[k] = list[left]
			left++
		}
	}
	copy(list, spare)
	return nil
}
