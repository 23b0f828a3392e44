package jsonpath

import "github.com/seed-a99ddb6e/stepwell/translator/value"

// walk gathers the values that steps lead to.
type walk struct {
	steps   []step
	scope   scope
	results []value.Value
}

// from follows the steps from the i-th on. What does not fit is a fault only
// while all steps before were definite.
func (w *walk) from(i int, v value.Value) fault {
	if !w.scope.budget.spend(1) {
		return fault{}
	}
	if i == len(w.steps) {
		w.results = append(w.results, v)
		return fault{}
	}
	s := &w.steps[i]
	f := w.step(i, s, v)
	if f.reason == found || s.lenient {
		return fault{}
	}
	return f
}

func (w *walk) step(i int, s *step, v value.Value) fault {
	switch s.kind {
	case stepName, stepIndex:
		next, f := s.follow(v)
		if f.reason != found {
			f.step = i
			return f
		}
		return w.from(i+1, next)
	case stepNames:
		return w.names(i, s, v)
	case stepIndexes, stepSlice:
		return w.elements(i, s, v)
	case stepWildcard:
		for _, e := range v.Elements() {
			w.from(i+1, e)
		}
	case stepScan:
		w.scan(i+1, v)
	case stepFilter:
		return w.filter(i, s, v)
	case stepFunction:
		result, err := s.call.apply(w.scope.at(v))
		if err != nil {
			return fault{reason: noResult, step: i, detail: err.Error()}
		}
		return w.from(i+1, result)
	}
	return fault{}
}

// names follows several names: the last step of a path gives one object of
// those that are there, others go on with each value.
func (w *walk) names(i int, s *step, v value.Value) fault {
	if v.Kind() != value.Object {
		return fault{reason: noObject, step: i, at: v}
	}
	b := value.NewObject(len(s.names))
	for _, name := range s.names {
		member, ok := v.Member(name)
		switch {
		case ok && s.merges:
			b.Put(name, member)
		case ok:
			if f := w.from(i+1, member); f.reason != found {
				return f
			}
		case !s.merges && !s.lenient:
			return fault{reason: noMember, step: i}
		}
	}
	if s.merges {
		w.results = append(w.results, b.Value())
	}
	return fault{}
}

// elements follows several indexes or a slice.
func (w *walk) elements(i int, s *step, v value.Value) fault {
	if v.Kind() != value.Array {
		return fault{reason: noArray, step: i, at: v}
	}
	if s.kind == stepSlice {
		from, to := s.slice.bounds(v.Len())
		for _, e := range v.Elements()[from:to] {
			w.from(i+1, e)
		}
		return fault{}
	}
	for _, index := range s.indexes {
		if at := fromEnd(index, v.Len()); at >= 0 && at < v.Len() {
			w.from(i+1, v.At(at))
		}
	}
	return fault{}
}

// filter goes on with the elements of an array that hold, or with an object
// that does so itself.
func (w *walk) filter(i int, s *step, v value.Value) fault {
	switch v.Kind() {
	case value.Array:
		for _, e := range v.Elements() {
			if s.filter.holds(w.scope.at(e)) {
				w.from(i+1, e)
			}
		}
	case value.Object:
		if s.filter.holds(w.scope.at(v)) {
			w.from(i+1, v)
		}
	default:
		return fault{reason: primitive, step: i, at: v}
	}
	return fault{}
}

// scan takes the i-th step at v and at every array and object below it, outer
// before inner. A filter is asked about each of these itself, so that nothing
// is found twice.
func (w *walk) scan(i int, v value.Value) {
	if v.Kind() != value.Array && v.Kind() != value.Object || !w.scope.budget.spend(1) {
		return
	}
	if s := &w.steps[i]; s.kind != stepFilter || s.filter.holds(w.scope.at(v)) {
		w.from(i, v)
	}
	for _, e := range v.Elements() {
		w.scan(i, e)
	}
}
