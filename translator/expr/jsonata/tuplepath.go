package jsonata

// evalTuples evaluates a path whose steps bind variables or remember parents:
// from the first such step on, every value carries its bindings.
func (n *pathNode) evalTuples(ev *evaluation, in item, fr *frame) (item, *Error) {
	cur, many := in, n.ofInput && in.isArray()
	var stream tuples
	started := false
	for k := range n.steps {
		s := &n.steps[k]
		started = started || s.tuple
		var err *Error
		switch {
		case k == 0 && s.whole:
			cur, err = s.node.eval(ev, cur, fr)
			many = true
		case !started:
			cur, many, err = s.eval(ev, values{cur, many, k == len(n.steps)-1}, fr)
		case !stream.started && s.sort == nil:
			stream = tuples{started: true, list: tuplesOf(cur, many)}
			stream, err = s.evalTuples(ev, stream, fr)
		case !stream.started:
			stream, err = s.startSorted(ev, values{item: cur, many: many}, fr)
		default:
			stream, err = s.evalTuples(ev, stream, fr)
		}
		if err != nil {
			return item{}, err
		}
		if !started && (many && cur.len() == 0 || !many && cur.isUndefined()) {
			break
		}
	}
	if !stream.started {
		return n.finish(ev, cur, many, fr)
	}
	if n.group != nil {
		return n.group.evalTuples(ev, stream.list, fr)
	}
	if n.carries {
		return ofTuples(stream.list), nil
	}
	found := make([]item, len(stream.list))
	for k, t := range stream.list {
		found[k] = t.at
	}
	return n.finish(ev, ofSequence(found), true, fr)
}

// tuples is a stream of tuples in the making. Once sorted it is a plain list
// of records for the predicates that follow.
type tuples struct {
	started bool
	records bool
	list    []tuple
}

func tuplesOf(cur item, many bool) []tuple {
	if !many {
		return []tuple{{at: cur}}
	}
	list := make([]tuple, cur.len())
	for k := range list {
		list[k].at = cur.at(k)
	}
	return list
}

// evalTuples applies a step to every tuple of a stream.
func (s *stepNode) evalTuples(ev *evaluation, from tuples, fr *frame) (tuples, *Error) {
	if s.sort != nil {
		sorted, err := s.sort.tuples(ev, from.list, fr)
		if err != nil {
			return tuples{}, err
		}
		return s.applyStages(ev, tuples{true, len(sorted) > 1, sorted}, fr)
	}
	to := tuples{started: true}
	for _, t := range from.list {
		if err := ev.work(1); err != nil {
			return tuples{}, err
		}
		var r item
		if name, ok := s.node.(*nameNode); ok {
			r = name.get(t.at)
		} else {
			var err *Error
			if r, err = s.node.eval(ev, t.at, t.inside(fr)); err != nil {
				return tuples{}, err
			}
		}
		switch {
		case r.isUndefined():
			continue
		case r.has(tupleStream):
			for at, inner := range r.tuples() {
				to.list = append(to.list, s.numbered(t.with(inner), t.at, at))
			}
		case r.isArray():
			for at := range r.len() {
				to.list = append(to.list, s.bound(t, r.at(at), at))
			}
		default:
			to.list = append(to.list, s.bound(t, r, 0))
		}
	}
	if err := ev.grow(len(to.list)); err != nil {
		return tuples{}, err
	}
	return s.applyStages(ev, to, fr)
}

// bound makes the tuple of one result: its value and the step's variables.
func (s *stepNode) bound(t tuple, r item, at int) tuple {
	before := t.at
	if s.focus >= 0 {
		t = t.bound(s.focus, r)
	} else {
		t.at = r
	}
	return s.numbered(t, before, at)
}

// numbered binds a tuple's position and the value the step was applied to.
func (s *stepNode) numbered(t tuple, before item, at int) tuple {
	if s.index >= 0 {
		t = t.bound(s.index, ofInt(at))
	}
	if s.label >= 0 {
		t = t.bound(s.label, before)
	}
	return t
}

// startSorted begins a stream with a sort, which may number its values.
func (s *stepNode) startSorted(ev *evaluation, from values, fr *frame) (tuples, *Error) {
	sorted, err := s.sort.values(ev, from, fr)
	if err != nil {
		return tuples{}, err
	}
	stream := tuples{started: true}
	for k := range sorted.len() {
		t := tuple{at: sorted.at(k)}
		if s.index >= 0 {
			t = t.bound(s.index, ofInt(k))
		}
		stream.list = append(stream.list, t)
	}
	return s.applyStages(ev, stream, fr)
}

func (s *stepNode) applyStages(ev *evaluation, stream tuples, fr *frame) (tuples, *Error) {
	for k := range s.stages {
		stage := &s.stages[k]
		if stage.condition == nil {
			for at := range stream.list {
				stream.list[at] = stream.list[at].bound(stage.index, ofInt(at))
			}
			continue
		}
		kept, err := stage.keptTuples(ev, stream, fr)
		if err != nil {
			return tuples{}, err
		}
		stream.list = kept
	}
	return stream, nil
}

// keptTuples filters a stream; the predicate sees the tuples' variables, and
// of records only the record itself.
func (s *stageNode) keptTuples(ev *evaluation, from tuples, fr *frame) ([]tuple, *Error) {
	kept := []tuple{}
	for k, t := range from.list {
		context, inner := t.at, t.inside(fr)
		if from.records {
			context, inner = ev.record(t), fr
		}
		times, err := s.keeps(ev, context, position{k, len(from.list)}, inner)
		if err != nil {
			return nil, err
		}
		kept = repeated(kept, t, times)
	}
	return kept, nil
}

// filterTuples filters a stream that left its path.
func (s *stageNode) filterTuples(ev *evaluation, in item, fr *frame) (item, *Error) {
	kept, err := s.keptTuples(ev, tuples{list: in.tuples()}, fr)
	return ofTuples(kept), err
}

// record is a tuple as an object.
func (ev *evaluation) record(t tuple) item {
	b := &body{kind: object, names: []string{"@"}, items: []item{t.at}}
	for at := t.bindings; at != nil; at = at.next {
		b.names = append(b.names, ev.names.list[at.name])
		b.items = append(b.items, at.value)
	}
	return item{b: b}
}
