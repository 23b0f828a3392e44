package machine

import (
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/program"
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
	limit := int64(0)
	if f == nil {
		limit, f = e.concurrency(t, input)
	}
	if f != nil {
		e.failFields(t, *f)
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

// failFields is fail for a Map whose own fields are at fault. In languages of
// expressions that is a failure of the Map's work.
func (e *Execution) failFields(t *Thread, f Failure) {
	if t.queries() {
		e.failStarted(t, f)
	} else {
		e.fail(t, f)
	}
}

// items gives the array to iterate over, or the object: of a Distributed Map that
// iterates over its members (AWS, "ItemsPath (Map, JSONPath only)", since September
// 2025).
func (e *Execution) items(t *Thread, input value.Value) (value.Value, *Failure) {
	items, f := e.optional(t, t.state.Map.Items, input, input)
	if f != nil {
		return items, f
	}
	switch {
	case items.Kind() == value.Array:
	case items.Kind() == value.Object && t.state.Map.Distributed != nil && !t.state.Map.Distributed.ArraysOnly:
	case t.state.Map.Items == nil && t.queries():
		return items, e.queryFault(t, "", "Map state input must be an array but was: "+items.String())
	case t.queries():
		return items, e.unexpected(t, program.Number{Field: "Items", Expr: t.state.Map.Items}, "array", items)
	default:
		path := "$"
		if t.state.Map.Items != nil {
			// AWS tells a path into the context object without its first $.
			path = strings.Replace(t.state.Map.Items.String(), "$$", "$", 1)
		}
		return items, t.fault(ErrorRuntime, "Reference path \""+path+"\" must point to array.")
	}
	e.inspect(t, AfterItemsPath, items)
	return items, nil
}

// concurrency gives MaxConcurrency, 0 for no limit of its own.
func (e *Execution) concurrency(t *Thread, input value.Value) (int64, *Failure) {
	n, f := e.integer(t, t.state.Map.MaxConcurrency, input)
	if f == nil && n < 0 && t.queries() {
		return 0, e.outOfRange(t, t.state.Map.MaxConcurrency.Field, "a non-negative integer", value.OfInt(n))
	}
	if f == nil && n < 0 {
		return 0, t.fault(ErrorRuntime, "MaxConcurrency cannot be negative.")
	}
	if f == nil {
		e.inspect(t, MaxConcurrency, value.OfInt(n))
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
