package jsonata

// pathNode is a path: steps, each applied to every value that the one before
// gives, the results joined to one flat sequence.
type pathNode struct {
	steps     []stepNode
	ofInput   bool // an input that is an array is iterated over
	keepArray bool
	tuples    bool // from some step on, values carry bindings
	carries   bool // the bindings go on outside of the path
	group     *objectNode
	all       bool // the result does not collapse
}

func (n *pathNode) whole() node {
	made := *n
	made.all = true
	return &made
}

// stepNode is one step of a path with its stages.
type stepNode struct {
	node   node // nil for a sort
	sort   *sortNode
	stages []stageNode
	below  bool // the name is looked for in all descendants
	whole  bool // an array constructor at an end: its arrays stay
	tuple  bool
	focus  int // numbers of variables, or -1
	index  int
	label  int
}

func (c *compiler) path(n *syntax) (node, *Error) {
	p := &pathNode{keepArray: n.array, carries: n.tuple, ofInput: n.list[0].form != formVariable}
	for _, s := range n.list {
		step, err := c.step(s)
		if err != nil {
			return nil, err
		}
		p.tuples = p.tuples || s.tuple
		p.steps = append(p.steps, step)
	}
	if n.group != nil {
		var err *Error
		if p.group, err = c.object(n.group); err != nil {
			return nil, err
		}
	}
	p.joinDescendants()
	if steps, ok := directSteps(n); ok {
		return &directNode{steps: steps, path: p}, nil
	}
	return p, nil
}

// joinDescendants makes one step of ** and a name after it.
func (n *pathNode) joinDescendants() {
	for k := len(n.steps) - 1; k > 0 && !n.tuples; k-- {
		before, s := &n.steps[k-1], &n.steps[k]
		_, descends := before.node.(descendantNode)
		if _, named := s.node.(*nameNode); named && descends && len(s.stages)+len(before.stages) == 0 {
			s.below = true
			n.steps = append(n.steps[:k-1], n.steps[k:]...)
			k--
		}
	}
}

func (c *compiler) step(s *syntax) (step stepNode, err *Error) {
	step = stepNode{whole: s.whole, tuple: s.tuple, focus: -1, index: -1, label: -1}
	if s.focus != nil {
		step.focus = c.names.number(s.focus.text)
	}
	if s.index != nil {
		step.index = c.names.number(s.index.text)
	}
	if s.label != nil {
		step.label = c.names.label(s.label)
	}
	if s.form == formSort {
		step.sort, err = c.sort(s)
	} else {
		step.node, err = c.stepOperand(s)
	}
	if err == nil {
		step.stages, err = c.stages(s.stages)
	}
	return step, err
}

// stepOperand compiles a step without its stages. A step's own array mark is
// the path's.
func (c *compiler) stepOperand(s *syntax) (node, *Error) {
	if s.form == formName && s.group == nil {
		return &nameNode{name: s.text}, nil
	}
	return c.node(s)
}

func (n *pathNode) eval(ev *evaluation, in item, fr *frame) (item, *Error) {
	if err := ev.enter(); err != nil {
		return item{}, err
	}
	if n.tuples {
		v, err := n.evalTuples(ev, in, fr)
		ev.leave()
		return v, err
	}
	cur, many := in, n.ofInput && in.isArray()
	for k := range n.steps {
		s := &n.steps[k]
		var err *Error
		if k == 0 && s.whole {
			cur, err = s.node.eval(ev, cur, fr)
			many = true
		} else {
			cur, many, err = s.eval(ev, values{cur, many, k == len(n.steps)-1}, fr)
		}
		if err != nil {
			return item{}, err
		}
		if many && cur.len() == 0 || !many && cur.isUndefined() {
			break
		}
	}
	v, err := n.finish(ev, cur, many, fr)
	ev.leave()
	return v, err
}

// finish applies the array mark and the group. A single value stands for the
// sequence of it.
func (n *pathNode) finish(ev *evaluation, cur item, many bool, fr *frame) (item, *Error) {
	if n.keepArray {
		if !cur.isUndefined() && (!many || cur.has(constructed) && !cur.has(sequence)) {
			cur, many = ofSequence([]item{cur}), true
		}
		if cur.has(sequence) && cur.len() > 0 {
			cur.b.flags |= keepSingleton
		}
	}
	if n.group != nil {
		if !many && cur.isArray() { // an array that is the only value is one value
			cur = ofSequence([]item{cur})
		}
		return n.group.evalGroup(ev, cur, fr)
	}
	if !many {
		if n.all && !cur.isUndefined() {
			return ofSequence([]item{cur}), nil
		}
		return cur, nil
	}
	return cur.collapsedIf(!n.all), nil
}

// values are what a step is applied to: one value, or an array of many.
type values struct {
	item item
	many bool
	last bool // the step is the last of its path
}

// eval applies a step. The result is one value, an array of many, or
// undefined.
func (s *stepNode) eval(ev *evaluation, from values, fr *frame) (item, bool, *Error) {
	if s.sort != nil {
		return s.evalSort(ev, from, fr)
	}
	name, named := s.node.(*nameNode)
	if s.below {
		return eachNameBelow(ev, from, name.name)
	}
	if named && from.many && len(s.stages) == 0 {
		return eachName(ev, from.item, name.name, from.last)
	}
	if !from.many {
		r, err := s.evalOne(ev, from.item, fr)
		if err != nil {
			return item{}, false, err
		}
		r, many := single(r, from.last)
		return r, many, nil
	}
	g := gathered{expected: from.item.len()}
	if err := ev.work(g.expected); err != nil {
		return item{}, false, err
	}
	for k := range g.expected {
		r, err := s.evalOne(ev, from.item.at(k), fr)
		if err != nil {
			return item{}, false, err
		}
		if !r.isUndefined() {
			g.add(r)
		}
	}
	return g.result(ev, from.last)
}

// evalOne applies a step to one value.
func (s *stepNode) evalOne(ev *evaluation, in item, fr *frame) (r item, err *Error) {
	if name, ok := s.node.(*nameNode); ok {
		r = name.get(in)
	} else if r, err = s.node.eval(ev, in, fr); err != nil {
		return item{}, err
	}
	for k := range s.stages {
		if r, err = s.stages[k].filter(ev, r, fr); err != nil {
			return item{}, err
		}
	}
	return r, nil
}

// single is the result of a step that gave one thing: an array is flattened
// unless it is constructed, and a whole array may be the result of a path.
func single(r item, last bool) (item, bool) {
	if !r.isArray() || r.isUndefined() {
		return r, false
	}
	if last && !r.has(sequence) {
		return r, true
	}
	switch {
	case r.has(constructed):
		return r, false
	case r.len() == 0:
		return item{}, false
	case r.b == nil || r.has(tupleStream):
		return r, true
	}
	return r.b.shared(sequence), true
}
