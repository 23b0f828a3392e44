package jsonata

import "github.com/seed-a99ddb6e/stepwell/translator/value"

// directNode is a path of nothing but names and literal indexes, the most
// frequent expression. It follows the document as long as it meets no array
// that it would have to iterate over.
type directNode struct {
	steps []directStep
	path  *pathNode // for everything else
}

type directStep struct {
	name    string
	indexes []float64
}

// directSteps gives the steps of such a path.
func directSteps(n *syntax) ([]directStep, bool) {
	if n.array || n.keepArray || n.group != nil || n.tuple {
		return nil, false
	}
	steps := make([]directStep, len(n.list))
	for k, s := range n.list {
		if s.form != formName || s.tuple || s.group != nil || s.keepArray || len(s.predicates) > 0 {
			return nil, false
		}
		steps[k].name = s.text
		for _, stage := range s.stages {
			if stage.index != nil || stage.filter.form != formNumber {
				return nil, false
			}
			steps[k].indexes = append(steps[k].indexes, stage.filter.number)
		}
	}
	return steps, true
}

func (n *directNode) eval(ev *evaluation, in item, fr *frame) (item, *Error) {
	if in.b == nil {
		if v, ok := n.follow(in.v); ok {
			return item{v: v}, ev.work(len(n.steps))
		}
	}
	return n.path.eval(ev, in, fr)
}

func (n *directNode) whole() node { return n.path.whole() }

// follow gives what the path leads to, unless it meets an array on the way.
func (n *directNode) follow(v value.Value) (value.Value, bool) {
	for k := range n.steps {
		if v.Kind() == value.Array {
			return v, false
		}
		s := &n.steps[k]
		v = v.Get(s.name)
		for _, f := range s.indexes {
			if v.IsAbsent() {
				return v, true
			}
			many := v.Kind() == value.Array
			count := 1
			if many {
				count = v.Len()
			}
			at := position{count: count}.of(f)
			switch {
			case at < 0:
				return value.Value{}, true
			case many:
				v = v.At(at)
			}
		}
	}
	return v, true
}
