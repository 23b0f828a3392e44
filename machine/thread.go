package machine

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// links are what a thread knows beyond its JSON: where it hangs, and the
// state it stands in.
type links struct {
	parent *Thread
	state  *program.State
	// gone marks a thread that has ended or was stopped.
	gone bool
}

// visit names the visit to the state that the thread stands in: how many states it
// has left before, and the same for each block around it, with the place in that.
// Events and effects would not do: in an Express execution their numbers depend
// on which branch is faster.
func (t *Thread) visit() string {
	own := strconv.Itoa(t.Visits)
	if t.parent == nil {
		return own
	}
	return t.parent.visit() + "." + strconv.Itoa(t.Index) + "/" + own
}

// thread makes a thread at the start of a machine.
func (e *Execution) thread(parent *Thread, m *program.Machine, input value.Value) *Thread {
	return &Thread{State: m.StartAt.Name, Input: input, links: links{parent: parent, state: m.StartAt}}
}

// link gives a thread that was read back, and those below it, their links.
func (e *Execution) link(t *Thread, parent *Thread) error {
	state, ok := e.program.State(t.State)
	if !ok {
		return fmt.Errorf("the frame stands in state %q, which the definition does not have: it belongs to another definition", t.State)
	}
	t.parent, t.state = parent, state
	if !t.whole() {
		return fmt.Errorf("the frame is not whole, or belongs to another definition: state %q cannot stand as it says", t.State)
	}
	if t.Pending != nil {
		e.waiting[t.Pending.ID] = t
	}
	if t.Children == nil {
		return nil
	}
	for _, child := range t.Children.Active {
		if err := e.link(child, t); err != nil {
			return err
		}
	}
	return nil
}

// whole reports whether what was read back fits together and fits the state.
func (t *Thread) whole() bool {
	if len(t.Spent) > 0 && len(t.Spent) != len(t.state.Retry) {
		return false
	}
	c := t.Children
	if c == nil {
		return true
	}
	outside := func(child *Thread) bool { return child.Index < 0 || child.Index >= c.Next }
	return (t.state.Parallel != nil || t.state.Map != nil) &&
		c.Next <= c.Count && c.Count == len(c.Results) && !slices.ContainsFunc(c.Active, outside)
}

// each visits the thread and those below it, outer ones first.
func (t *Thread) each(visit func(*Thread)) {
	visit(t)
	if t.Children == nil {
		return
	}
	for _, child := range t.Children.Active {
		child.each(visit)
	}
}

// path tells which thread this is: the indexes from the root on down.
func (t *Thread) path() []int {
	if t.parent == nil {
		return []int{}
	}
	return append(t.parent.path(), t.Index)
}

// at finds a thread by its path.
func (t *Thread) at(path []int) (*Thread, error) {
	if len(path) == 0 && t != nil {
		return t, nil
	}
	if t != nil && t.Children != nil {
		i := slices.IndexFunc(t.Children.Active, func(child *Thread) bool { return child.Index == path[0] })
		if i >= 0 {
			return t.Children.Active[i].at(path[1:])
		}
	}
	return nil, fmt.Errorf("the frame is not whole: it names a thread %v that is not there", path)
}

// Variable finds a workflow variable in the thread's scope or those around it
// (AWS, "Passing data between states with variables").
func (t *Thread) Variable(name string) (value.Value, bool) {
	for ; t != nil; t = t.parent {
		if v, ok := t.Variables.Member(name); ok {
			return v, true
		}
	}
	return value.Value{}, false
}

// visible gives all variables in sight as one object.
func (t *Thread) visible() value.Value {
	if t == nil {
		return value.EmptyObject
	}
	all := t.parent.visible()
	for i, v := range t.Variables.Elements() {
		all = all.With(t.Variables.NameAt(i), v)
	}
	return all
}
