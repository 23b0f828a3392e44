package machine

import (
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// unlimited is how many iterations of an inline Map run at once when
// MaxConcurrency is 0: as many as a runtime keeps in flight.
const unlimited = 500

// mapState starts the iterations of an inline Map, or a Map Run.
func (e *Execution) mapState(t *Thread) {
	input, f := e.input(t)
	if f != nil {
		e.fail(t, *f)
		return
	}
	if t.state.Map.Distributed != nil {
		e.distribute(t, input)
		return
	}
	items, f := e.items(t, input)
	if f != nil {
		e.fail(t, *f)
		return
	}
	limit, f := e.concurrency(t, input)
	if f != nil {
		e.fail(t, *f)
		return
	}
	if limit == 0 || limit > unlimited {
		limit = unlimited
	}
	e.open(t, items.Len(), int(limit))
	t.Children.Items = items
	t.Children.Input = input
	e.recordChildrenStarted(t)
	e.begin(t)
}

// items gives the array to iterate over.
func (e *Execution) items(t *Thread, input value.Value) (value.Value, *Failure) {
	items, f := e.optional(t, t.state.Map.Items, input, input)
	if f != nil {
		return items, f
	}
	if items.Kind() != value.Array {
		path := "$"
		if t.state.Map.Items != nil {
			path = t.state.Map.Items.String()
		}
		return items, t.fault(ErrorRuntime, "Reference path \""+path+"\" must point to array.")
	}
	return items, nil
}

// concurrency gives MaxConcurrency, 0 for no limit of its own.
func (e *Execution) concurrency(t *Thread, input value.Value) (int64, *Failure) {
	n, f := e.integer(t, t.state.Map.MaxConcurrency, input)
	if f == nil && n < 0 {
		return 0, t.fault(ErrorRuntime, "MaxConcurrency cannot be negative.")
	}
	return n, f
}

// iteration makes the iteration with the index; ItemSelector gives its input.
func (e *Execution) iteration(t *Thread, index int) (*Thread, *Failure) {
	item := &Item{Index: index, Value: t.Children.Items.At(index)}
	input := item.Value
	if selector := t.state.Map.ItemSelector; selector != nil {
		var f *Failure
		if input, f = e.evaluateItem(t, item, selector, t.Children.Input); f != nil {
			return nil, f
		}
	}
	child := e.thread(t, t.state.Map.Processor, input)
	child.Item = item
	return child, nil
}
