package machine

import (
	"hash/fnv"
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Items turns the items of a Map Run into the inputs and origins of their
// executions: ItemSelector, ItemBatcher, ARNs and seeds. It is safe for
// concurrent use.
type Items struct {
	state *program.State
	run   Distribute
	seed  uint64
	// machineID and executionID are the ARNs of the items' state machine and,
	// up to the UUID, of their executions.
	machineID, executionID string
}

// NewItems prepares the items of a Map Run of the state.
func NewItems(state *program.State, run Distribute) *Items {
	// An ARN is arn:...:mapRun:<machine>/<label>:<uuid>.
	labelled := run.MapRunArn[:strings.LastIndexByte(run.MapRunArn, ':')]
	kind := ":execution:"
	if state.Map.Distributed.Item.Type() == program.Express {
		kind = ":express:"
	}
	h := fnv.New64a()
	h.Write([]byte(run.MapRunArn))
	return &Items{
		state:       state,
		run:         run,
		seed:        h.Sum64() ^ run.Origin.Seed,
		machineID:   strings.Replace(labelled, ":mapRun:", ":stateMachine:", 1),
		executionID: strings.Replace(labelled, ":mapRun:", kind, 1) + ":",
	}
}

// MapItem is one item of a Map Run.
type MapItem struct {
	// Index is its place in the source, from 0.
	Index int64
	Value value.Value
	// Member tells that the Value is that of [Entry]: a member of an object.
	Member bool
	// Source is its `$$.Map.Item.Source`, "" for none.
	Source string
}

// Entry gives the item that a member of an object is: its name and its value, of
// which an ItemSelector sees `$$.Map.Item.Key` and `$$.Map.Item.Value`. AWS documents
// that objects are iterated over, and not the form of an item; this one is what
// others have observed there.
func Entry(name string, v value.Value) value.Value {
	return entries.Of([]value.Value{value.OfString(name), v})
}

var entries = value.NewShape([]string{"Key", "Value"})

// Select gives the input of the item: what ItemSelector makes of it, or the item
// itself. The same item gives the same input whenever it is asked for, random
// numbers included.
func (it *Items) Select(item MapItem) (value.Value, *Failure) {
	selector := it.state.Map.ItemSelector
	if selector == nil {
		return item.Value, nil
	}
	random := expr.Derive(it.seed^1, uint64(item.Index))
	context := itemContext{items: it, item: item}
	env := expr.Env{
		Input:   it.run.Selection.Input,
		Context: &context,
		Vars:    expr.Fixed{Variables: it.run.Selection.Variables},
		Now:     it.run.Origin.StartTime,
		Random:  &random,
	}
	v, err := selector.Eval(&env)
	if err != nil {
		t := Thread{State: it.state.Name, EnteredEvent: it.run.EnteredEvent}
		return v, t.expressionFault(err, it.run.Origin.Strict)
	}
	return v, nil
}

// itemContext is the parent's context object with `$$.Map.Item`.
type itemContext struct {
	items *Items
	item  MapItem
}

func (c *itemContext) ContextObject() value.Value {
	item := value.NewObject(4)
	item.Put("Index", value.OfInt(c.item.Index))
	if c.item.Member {
		item.Put("Key", c.item.Value.Get("Key"))
		item.Put("Value", c.item.Value.Get("Value"))
	} else {
		item.Put("Value", c.item.Value)
	}
	if c.item.Source != "" {
		item.Put("Source", value.OfString(c.item.Source))
	}
	return c.items.run.Selection.Context.With("Map", value.OfObject(value.Member{Name: "Item", Value: item.Value()}))
}

// Origin gives who the execution of the item (or batch) with this first index
// is. The same run and index give the same ARN, name and seed.
func (it *Items) Origin(first int64, start time.Time) Origin {
	return ItemOrigin(it.Common(), first, start)
}

// Common gives what the origins of all items' executions have in common, for
// those who make them with [ItemOrigin] far from the program: an ID that ends
// where the name begins, no Name, and the seed that theirs derive from.
func (it *Items) Common() Origin {
	return Origin{
		ID:               it.executionID,
		StateMachineID:   it.machineID,
		StateMachineName: it.machineID[strings.LastIndexByte(it.machineID, ':')+1:],
		RoleArn:          it.run.Origin.RoleArn,
		StartTime:        it.run.Origin.StartTime,
		Seed:             it.seed,
		Strict:           it.run.Origin.Strict,
		Express:          it.state.Map.Distributed.Item.Type() == program.Express,
	}
}

// ItemOrigin gives who the execution of the item (or batch) with this first
// index is, from what all of them have in common.
func ItemOrigin(common Origin, first int64, start time.Time) Origin {
	random := expr.Derive(common.Seed, uint64(first))
	o := common
	o.Name = random.UUID()
	o.ID += o.Name
	o.StartTime = start
	o.Seed = random.Uint64()
	return o
}
