package teststate

import (
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// fromState is the source of items that come from the state's own data (AWS,
// "Context object data for Map states").
const fromState = "STATE_DATA"

// mapRun gives how a Map Run ends: what the mock says, unless its items cannot
// be made or more of its iterations have failed than it tolerates.
func (t *test) mapRun(run machine.Distribute) (machine.Outcome, error) {
	items, err := t.items(run)
	if err != nil {
		return machine.Outcome{}, err
	}
	if f := t.inputs(run, items); f != nil {
		return machine.Outcome{Failure: f}, nil
	}
	if t.mock.failure == nil && t.request.StateConfiguration.MapIterationFailureCount != nil {
		failed := *t.request.StateConfiguration.MapIterationFailureCount
		total := int64(len(items))
		if failed > total && items != nil {
			return machine.Outcome{}, refuse("stateConfiguration", "Map iteration failure count must be less than or equal to the number of Map iterations.")
		}
		// Unlike in a Map Run, nothing is exceeded where no threshold is set.
		if run.Tolerance.HasCount && run.Tolerance.CountExceeded(failed) || run.Tolerance.PercentageExceeded(failed, total) {
			f := machine.Fault(machine.ErrorExceedTolerance, "The specified tolerated failure threshold was exceeded")
			return machine.Outcome{Failure: &f}, nil
		}
	}
	return t.ended(), nil
}

// items gives the items of the run; nil when they cannot be known.
func (t *test) items(run machine.Distribute) ([]machine.MapItem, error) {
	if run.Reader == nil {
		return itemsOf(run.Items), nil
	}
	data := t.request.StateConfiguration.MapItemReaderData
	if data == nil {
		return nil, refuse("stateConfiguration", "ItemReader data must be specified when testing a Map state with ItemReader specified.")
	}
	items, err := readItems(*run.Reader, *data)
	if err != nil {
		return nil, refuse("stateConfiguration", "Invalid MapItemReaderData provided: %s", err)
	}
	if most := run.Reader.MaxItems; most > 0 && int64(len(items)) > most {
		items = items[:most]
	}
	if run.Reader.Config.ItemsPointer != "" {
		t.watch.afterItemsPointer = values(items)
	}
	return items, nil
}

// itemsOf gives the elements of an array, or the members of an object.
func itemsOf(v value.Value) []machine.MapItem {
	items := make([]machine.MapItem, v.Len())
	for i, element := range v.Elements() {
		items[i] = machine.MapItem{Index: int64(i), Value: element}
		if v.Kind() == value.Object {
			items[i].Value, items[i].Member = machine.Entry(v.NameAt(i), element), true
		}
	}
	return items
}

func values(items []machine.MapItem) value.Value {
	all := make([]value.Value, len(items))
	for i, it := range items {
		all[i] = it.Value
	}
	return value.OfArray(all)
}

// inputs lets the machine make the inputs of the run's executions, for the
// inspection data.
func (t *test) inputs(run machine.Distribute, items []machine.MapItem) *machine.Failure {
	if items == nil || t.watch.state.Map.ItemSelector == nil && run.Batcher == nil {
		return nil
	}
	maker := machine.NewItems(t.watch.state, run)
	var selected, batches []value.Value
	batch := maker.NewBatch()
	for _, it := range items {
		it.Source = t.source(run)
		input, f := maker.Select(it)
		if f != nil {
			return f
		}
		selected = append(selected, input)
		if !batch.Add(input) {
			batches = append(batches, batch.Input())
			batch = maker.NewBatch()
			batch.Add(input)
		}
	}
	if batch.Len() > 0 {
		batches = append(batches, batch.Input())
	}
	if t.watch.state.Map.ItemSelector != nil {
		t.watch.afterItemSelector = value.OfArray(selected)
	}
	if run.Batcher != nil {
		t.watch.afterItemBatcher = value.OfArray(batches)
	}
	return nil
}

// source gives the Map.Item.Source of the run's items, which those of an inline
// Map do not have.
func (t *test) source(run machine.Distribute) string {
	switch {
	case t.inline:
		return ""
	case run.Reader == nil:
		return fromState
	}
	at := "S3://" + run.Reader.Parameters.Get("Bucket").Text()
	if key, ok := run.Reader.Parameters.Member("Key"); ok {
		at += "/" + key.Text()
	}
	return at
}
