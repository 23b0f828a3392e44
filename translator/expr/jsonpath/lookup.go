package jsonpath

import (
	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Miss is a path that leads nowhere in the data at hand.
type Miss struct {
	Path *Path
	// Detail says why in Jayway's words, such as
	// No results for path: $['x'].
	Detail string
	// Absent is set when nothing is at the place, as opposed to a place that
	// cannot be: a name below a string, an index into an object.
	Absent bool
	// PastEnd is set when the last step is an index behind the end of an array.
	PastEnd bool
}

func (m *Miss) Error() string { return m.Detail }

// Find gives the value that the path leads to; ok is false when there is none.
// It is [Path.Lookup] for those who do not ask why, and makes no garbage for
// definite paths.
func (p *Path) Find(env *expr.Env) (v value.Value, ok bool) {
	document, ok := p.document(env)
	if !ok {
		return value.Value{}, false
	}
	v, fault := p.evaluate(scope{item: document, document: document})
	return v, fault.reason == found
}

// Lookup gives the value that the path leads to: for an indefinite path always
// an array. The error is a *[Miss].
func (p *Path) Lookup(env *expr.Env) (value.Value, error) {
	document, ok := p.document(env)
	if !ok {
		return value.Value{}, &Miss{Path: p, Detail: p.noDocument(), Absent: true}
	}
	v, fault := p.evaluate(scope{item: document, document: document})
	if fault.reason != found {
		return value.Value{}, p.miss(fault)
	}
	return v, nil
}

// evaluate follows the steps from the scope's item.
func (p *Path) evaluate(s scope) (value.Value, fault) {
	v := s.item
	for i := range p.plain {
		next, f := p.steps[i].follow(v)
		if f.reason != found {
			if !p.definite && (f.reason == noMember || f.reason == noElement) {
				return value.EmptyArray, fault{} // what is not there has no parts
			}
			f.step = i
			return value.Value{}, f
		}
		v = next
	}
	if p.plain == len(p.steps) {
		return v, fault{}
	}
	if s.budget == nil {
		s.budget = new(budget)
	}
	from := p.plain
	if p.gather > 0 {
		gathered, f := p.collect(s, from, p.gather, v)
		if f.reason != found {
			return value.Value{}, f
		}
		v, from = value.OfArray(gathered), p.gather
	}
	results, f := p.collect(s, from, len(p.steps), v)
	switch {
	case f.reason != found:
		return value.Value{}, f
	case !p.definite:
		return value.OfArray(results), fault{}
	case len(results) == 0:
		return value.Value{}, fault{reason: noMember, step: len(p.steps) - 1}
	}
	return results[len(results)-1], fault{}
}

// collect follows the steps from one place to another and gives all that they
// lead to.
func (p *Path) collect(s scope, from, to int, v value.Value) ([]value.Value, fault) {
	w := walk{steps: p.steps[:to], scope: s}
	f := w.from(from, v)
	if s.budget.exceeded() {
		f = fault{reason: noResult, step: from, detail: "The path takes too many steps"}
	}
	return w.results, f
}

// follow takes a single name or index.
func (s *step) follow(v value.Value) (value.Value, fault) {
	if s.kind == stepName {
		if v.Kind() != value.Object {
			return value.Value{}, fault{reason: noObject, at: v}
		}
		if member, ok := v.Member(s.name); ok {
			return member, fault{}
		}
		return value.Value{}, fault{reason: noMember}
	}
	if v.Kind() != value.Array {
		return value.Value{}, fault{reason: noArray, at: v}
	}
	if i := fromEnd(s.index, v.Len()); i >= 0 && i < v.Len() {
		return v.At(i), fault{}
	}
	return value.Value{}, fault{reason: noElement}
}
