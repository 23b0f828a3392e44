package jsonata

// evaluation is one run of an expression: its environment, its budget and the
// functions it is in.
type evaluation struct {
	expression *Expression
	env        *Env
	input      item
	limits     *Limits
	steps      int
	depth      int
	size       int
	top        frame
	globals    []item // by the number of the name; looked up when first used
	known      []bool
	frames     []*frame // to be used again
	arguments  []item   // of the calls that are on their way
	tail       *tailCall
	marks      []mark
	names      *names // with those of texts evaluated later
	focus      *focus // of the functions that look at where they are called
	last       *pictures
	own        *stream // of random numbers, when the environment has none
}

// focus is the value and the frame that a call is evaluated in.
type focus struct {
	input item
	frame *frame
}

// node is a compiled expression: it evaluates itself on an input value, with
// the variables of a frame.
type node interface {
	eval(ev *evaluation, in item, fr *frame) (item, *Error)
}

// enter counts a step into a node that may hold others; leave must follow
// unless it fails.
func (ev *evaluation) enter() *Error {
	ev.steps++
	ev.depth++
	if ev.steps > ev.limits.Steps {
		return &Error{Code: CodeSteps, Message: messageSteps}
	}
	if ev.depth > ev.limits.Depth {
		return &Error{Code: CodeDepth, Message: messageDepth}
	}
	return nil
}

func (ev *evaluation) leave() { ev.depth-- }

// work counts steps that are no nodes, such as elements of a list passed over.
func (ev *evaluation) work(steps int) *Error {
	if ev.steps += steps; ev.steps > ev.limits.Steps {
		return &Error{Code: CodeSteps, Message: messageSteps}
	}
	return nil
}

// grow counts what a string or list takes, before it is made.
func (ev *evaluation) grow(size int) *Error {
	if ev.size += size; size < 0 || ev.size > ev.limits.Size {
		return &Error{Code: CodeSize}
	}
	return nil
}

// frame gives a frame with room for some variables.
func (ev *evaluation) frame(parent *frame, size int) *frame {
	if n := len(ev.frames); n > 0 {
		f := ev.frames[n-1]
		ev.frames = ev.frames[:n-1]
		f.parent = parent
		return f
	}
	return &frame{parent: parent, cells: make([]cell, 0, size)}
}

// release takes a frame back that nothing refers to any more.
func (ev *evaluation) release(f *frame) {
	f.parent, f.cells, f.tuple = nil, f.cells[:0], nil
	ev.frames = append(ev.frames, f)
}

// global gives a variable that the expression itself does not bind: one of the
// host's, or a function of the language.
func (ev *evaluation) global(number int) item {
	if len(ev.known) <= number {
		count := len(ev.names.list)
		ev.known = append(make([]bool, 0, count), ev.known...)[:count]
		ev.globals = append(make([]item, 0, count), ev.globals...)[:count]
	}
	if !ev.known[number] {
		ev.known[number] = true
		ev.globals[number] = ev.lookup(ev.names.list[number])
	}
	return ev.globals[number]
}

func (ev *evaluation) lookup(name string) item {
	if ev.env.Variables != nil {
		if v, ok := ev.env.Variables.Variable(name); ok {
			return ofValue(v)
		}
	}
	if n := ev.expression.natives.find(name); n != nil {
		return n.item
	}
	return item{}
}
