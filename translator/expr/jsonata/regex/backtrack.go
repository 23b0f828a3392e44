package regex

// The machine goes back by frames: what it could have done otherwise, and what
// it has to set back on the way there.

// maxFrames bounds the memory of one match, 32 bytes each.
const maxFrames = 1 << 20

// frame is something to come back to when the way taken has failed.
type frame struct {
	kind     frameKind
	at       int // an instruction, a slot or a register
	pos, arg int
}

type frameKind uint8

const (
	retry       frameKind = iota // go on at instruction `at`, from pos
	shorter                      // behind run `at`, from pos or less, down to arg
	longer                       // behind run `at`, one more than pos, arg times at most
	oldSlot                      // slot `at` was pos
	oldRegister                  // register `at` was pos
)

// startRun takes what run i takes first, and remembers what else it may take.
func (m *machine) startRun(i *instruction, pc, pos int) (next int, ok bool) {
	most := i.min
	if i.greedy {
		most = i.max
	}
	n, least := 0, pos
	for ; n < most; n++ {
		r, size := m.read(pos, false)
		if size == 0 || !i.set.has(r) {
			break
		}
		pos += size
		if n+1 == i.min {
			least = pos
		}
	}
	m.left -= n
	switch {
	case n < i.min:
		return 0, false
	case !i.greedy && i.max > i.min:
		m.push(longer, pc, pos, i.max-i.min)
	case i.greedy && !i.possessive && pos > least:
		m.push(shorter, pc, pos, least)
	}
	return pos, true
}

// back goes back to where another way may be taken; not below the base.
func (m *machine) back(base int) (pc, pos int, ok bool) {
	for m.height > base {
		f := m.top()
		switch f.kind {
		case retry:
			m.height--
			return f.at, f.pos, true
		case shorter:
			_, size := m.read(f.pos, true)
			f.pos += size
			pc, pos = f.at, f.pos
			if pos <= f.arg {
				m.height--
			}
			return pc, pos, true
		case longer:
			r, size := m.read(f.pos, false)
			if size == 0 || !m.code[f.at-1].set.has(r) {
				m.height--
				continue
			}
			f.pos += size
			pc, pos = f.at, f.pos
			if f.arg--; f.arg == 0 {
				m.height--
			}
			return pc, pos, true
		case oldSlot:
			*m.slot(f.at) = f.pos
		case oldRegister:
			m.registers[f.at] = f.pos
		}
		m.height--
	}
	return 0, 0, false
}

func (m *machine) push(kind frameKind, at, pos, arg int) {
	f := frame{kind, at, pos, arg}
	switch above := m.height - len(m.frames); {
	case above < 0:
		m.frames[m.height] = f
	case above < len(m.more):
		m.more[above] = f
	default:
		m.more = append(m.more, f)
	}
	m.height++
}

// frame gives a frame by its height.
func (m *machine) frame(height int) *frame {
	if height < len(m.frames) {
		return &m.frames[height]
	}
	return &m.more[height-len(m.frames)]
}

func (m *machine) top() *frame { return m.frame(m.height - 1) }

// slot gives the start of a group or, when it is odd, its end.
func (m *machine) slot(n int) *int {
	g := &m.groups[n/2-1]
	if n&1 == 0 {
		return &g.Start
	}
	return &g.End
}

func (m *machine) setSlot(slot, pos int) {
	at := m.slot(slot)
	m.push(oldSlot, slot, *at, 0)
	*at = pos
}

func (m *machine) setRegister(register, n int) {
	m.push(oldRegister, register, m.registers[register], 0)
	m.registers[register] = n
}
