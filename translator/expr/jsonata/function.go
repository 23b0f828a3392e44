package jsonata

// function is a function as a value.
type function struct {
	native    *native
	lambda    *lambdaNode
	frame     *frame // where a lambda was made
	input     item   // and what it was made on
	names     []int  // parameters of a lambda that has some applied
	signature *signature
	call      func(ev *evaluation, args []item) (item, *Error) // made by the evaluation: regular expressions, transformations
	regex     *regexNode
	arity     int
	mark      mark
}

// mark is where a function was last called by name. Errors inside are placed
// there, as the reference does.
type mark struct {
	at   int
	name string
}

// tailCall is a call that its caller is to make.
type tailCall struct {
	callee item
	args   []item
	from   mark
}

// calling is the item that stands for the result of a tail call.
var calling = &body{kind: callable}

// asFunction gives the function in an item, or nil.
func (i item) asFunction() *function {
	if i.b == nil || i.b.kind != callable {
		return nil
	}
	return i.b.function
}

// mark gives where the function was last called. What functions of the language
// remember is kept by the evaluation, and only for those that call others.
func (ev *evaluation) mark(f *function) *mark {
	if f.native == nil {
		return &f.mark
	}
	if f.native.caller == 0 {
		return nil
	}
	if ev.marks == nil {
		ev.marks = make([]mark, callers+1)
	}
	return &ev.marks[f.native.caller]
}

// apply calls a function on arguments, and goes on with the calls in its tail
// position. The arguments are the caller's again afterwards.
func (ev *evaluation) apply(callee item, args []item, in item, from mark) (item, *Error) {
	if f := callee.asFunction(); f != nil && f.native != nil && f.native.caller == 0 {
		r, err := ev.invoke(f, args, in)
		if err != nil {
			return item{}, err.placed(&from)
		}
		return r, nil
	}
	r, err := ev.applyOnce(callee, args, in, from)
	for err == nil && r.b == calling {
		next := *ev.tail
		ev.tail.args = nil
		r, err = ev.applyOnce(next.callee, next.args, in, next.from)
	}
	return r, err
}

func (ev *evaluation) applyOnce(callee item, args []item, in item, from mark) (item, *Error) {
	f := callee.asFunction()
	if f == nil {
		return item{}, &Error{Code: "T1006"}
	}
	m := ev.mark(f)
	if m != nil && from.at > 0 {
		*m = from
	}
	r, err := ev.invoke(f, args, in)
	if err != nil {
		if m == nil {
			m = &from
		}
		return item{}, err.placed(m)
	}
	return r, nil
}

// placed moves an error to a call it passed through.
func (e *Error) placed(m *mark) *Error {
	if e.Token == "" {
		e.Token = m.name
	}
	if m.at > 0 {
		e.offset = m.at
	}
	return e
}

// invoke calls a function once; the result may be a tail call.
func (ev *evaluation) invoke(f *function, args []item, in item) (item, *Error) {
	if s := f.signature; s != nil {
		var err *Error
		if args, err = s.validate(args, in); err != nil {
			return item{}, err
		}
	}
	switch {
	case f.native != nil:
		return f.native.run(ev, args)
	case f.call != nil:
		return f.call(ev, args)
	}
	return ev.invokeLambda(f, args)
}

// call is apply for functions that were given as arguments.
func (ev *evaluation) call(callee item, args ...item) (item, *Error) {
	base := len(ev.arguments)
	ev.arguments = append(ev.arguments, args...)
	v, err := ev.apply(callee, ev.arguments[base:len(ev.arguments):len(ev.arguments)], ofValueNull, mark{})
	ev.arguments = ev.arguments[:base]
	return v, err
}

// arityOf is how many arguments a function is given by those that call it for
// each element.
func arityOf(callee item) int {
	if f := callee.asFunction(); f != nil {
		return f.arity
	}
	return 0
}
