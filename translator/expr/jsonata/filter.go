package jsonata

import "math"

// stageNode is a predicate on a step, or a variable for the position.
type stageNode struct {
	condition node
	literal   bool // the condition is the number at
	at        float64
	index     int // the variable, or -1
}

func (c *compiler) stages(list []stage) ([]stageNode, *Error) {
	var made []stageNode
	for _, s := range list {
		if s.index != nil {
			made = append(made, stageNode{index: c.names.number(s.index.text)})
			continue
		}
		condition, err := c.node(s.filter)
		if err != nil {
			return nil, err
		}
		made = append(made, stageNode{
			condition: condition, index: -1,
			literal: s.filter.form == formNumber, at: s.filter.number,
		})
	}
	return made, nil
}

var nothing = &body{kind: array, flags: sequence} // never written: an empty sequence is never marked

// filter gives the elements that the predicate holds for. The result is a
// sequence, or one value that is no array in place of the sequence of it.
func (s *stageNode) filter(ev *evaluation, in item, fr *frame) (item, *Error) {
	if s.condition == nil {
		return in, nil
	}
	if !in.isArray() {
		times, err := s.keeps(ev, in, position{0, 1}, fr)
		if err != nil || times == 0 {
			return item{b: nothing}, err
		}
		if times > 1 {
			return ofSequence(repeated(nil, in, times)), nil
		}
		if in.isUndefined() { // kept all the same: it counts among its neighbours
			return ofSequence([]item{in}), nil
		}
		return in, nil
	}
	if in.has(tupleStream) {
		return s.filterTuples(ev, in, fr)
	}
	if s.literal {
		k := position{count: in.len()}.of(s.at)
		if k < 0 {
			return item{b: nothing}, nil
		}
		return in.at(k), nil
	}
	count := in.len()
	if err := ev.work(count); err != nil {
		return item{}, err
	}
	var kept series
	for k := range count {
		e := in.at(k)
		times, err := s.keeps(ev, e, position{k, count}, fr)
		if err != nil {
			return item{}, err
		}
		for range times {
			kept.add(e)
		}
	}
	return kept.sequence(), ev.grow(kept.len())
}

// position is a place in an array.
type position struct{ at, count int }

// of gives the index that a number means, -1 when there is none.
func (p position) of(f float64) int {
	f = math.Floor(f)
	if f < 0 {
		f += float64(p.count)
	}
	if f < 0 || f >= float64(p.count) {
		return -1
	}
	return int(f)
}

// repeated adds an element some times.
func repeated[E any](list []E, e E, times int) []E {
	for range times {
		list = append(list, e)
	}
	return list
}

// keeps evaluates the predicate on one element and gives how often it is kept:
// a number or an array of numbers tells indexes, each of which counts; anything
// else is true or false.
func (s *stageNode) keeps(ev *evaluation, e item, p position, fr *frame) (times int, err *Error) {
	if s.literal {
		return once(p.of(s.at) == p.at && !e.isUndefined()), nil
	}
	r, err := s.condition.eval(ev, e, fr)
	if err != nil {
		return 0, err
	}
	switch r.kind() {
	case boolean:
		return once(r.isTrue()), nil
	case number:
		f, err := r.finite()
		return once(err == nil && p.of(f) == p.at), err
	case array:
		numbers, err := allNumbers(r)
		if err != nil {
			return 0, err
		}
		if numbers {
			for k := range r.len() {
				times += once(p.of(r.at(k).float()) == p.at)
			}
			return times, ev.work(r.len())
		}
	}
	yes, err := r.truth()
	return once(yes), err
}

func once(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func allNumbers(list item) (bool, *Error) {
	for k := range list.len() {
		e := list.at(k)
		if e.kind() != number {
			return false, nil
		}
		if _, err := e.finite(); err != nil {
			return false, err
		}
	}
	return true, nil
}

// afterNode is a node with predicates, a group or an array mark on it.
type afterNode struct {
	inner     node
	filters   []stageNode
	group     *objectNode
	keepArray bool
}

func (n *afterNode) eval(ev *evaluation, in item, fr *frame) (item, *Error) {
	v, err := n.inner.eval(ev, in, fr)
	if err != nil {
		return item{}, err
	}
	for k := range n.filters {
		if v, err = n.filters[k].filter(ev, v, fr); err != nil {
			return item{}, err
		}
	}
	if n.group != nil {
		if v, err = n.group.evalGroup(ev, v, fr); err != nil {
			return item{}, err
		}
	}
	if n.keepArray && len(n.filters) > 0 && !v.isArray() && !v.isUndefined() {
		v = ofSequence([]item{v})
	}
	if n.keepArray && v.has(sequence) && v.len() > 0 {
		v.b.flags |= keepSingleton
	}
	return v.collapsed(), nil
}
