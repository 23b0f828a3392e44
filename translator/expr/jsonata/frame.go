package jsonata

// frame holds the variables of one block, call or tuple; names are the numbers
// that the compiler gave them.
type frame struct {
	parent *frame
	cells  []cell
	tuple  *binding
}

type cell struct {
	name  int
	value item
}

// find gives the value of a variable in this frame or those around it. A
// variable may be bound and undefined.
func (f *frame) find(name int) (item, bool) {
	for ; f != nil; f = f.parent {
		for n := range f.cells {
			if f.cells[n].name == name {
				return f.cells[n].value, true
			}
		}
		if v, ok := f.tuple.find(name); ok {
			return v, true
		}
	}
	return item{}, false
}

// bind sets a variable of this very frame.
func (f *frame) bind(name int, value item) {
	for n := range f.cells {
		if f.cells[n].name == name {
			f.cells[n].value = value
			return
		}
	}
	f.cells = append(f.cells, cell{name: name, value: value})
}

// inside gives a frame in which a tuple's variables can be seen.
func (t tuple) inside(parent *frame) *frame {
	return &frame{parent: parent, tuple: t.bindings}
}
