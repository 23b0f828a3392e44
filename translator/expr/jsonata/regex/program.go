package regex

import "unicode/utf8"

// program is a pattern as instructions. It starts at 0 and ends in opAccept.
type program struct {
	code       []instruction
	groups     int
	names      []string
	registers  int
	ignoreCase bool

	// What search knows of where a match may begin.
	prefix      string  // every match begins with it
	first       byteSet // or with one of these, unless anyFirst
	anyFirst    bool
	atStart     bool // only at the start of the text
	looksBehind bool // what stands before a match counts
}

// byteSet is a set of bytes.
type byteSet [4]uint64

func (b *byteSet) add(c byte)      { b[c>>6] |= 1 << (c & 63) }
func (b *byteSet) has(c byte) bool { return b[c>>6]&(1<<(c&63)) != 0 }

type opcode uint8

const (
	opAccept    opcode = iota
	opLiteral          // text
	opSet              // one of set
	opRun              // min to max of set
	opSplit            // go on at x; if that fails, at y
	opJump             // to x
	opSave             // position to slot x
	opReset            // slots x to y forget
	opZero             // register x
	opLoop             // register x counts; min to max rounds, then to y
	opMark             // position to register x
	opProgress         // fail where nothing was taken since the mark in x
	opNext             // count a round in x, fail if it took nothing since mark y; to min
	opAnchor           // kind
	opLook             // what starts behind this; then to x
	opReference        // group x
)

// instruction uses those fields that its opcode names.
type instruction struct {
	op         opcode
	kind       anchorKind
	back       bool // reads backwards, inside lookbehind
	greedy     bool
	possessive bool // a greedy run that never goes back
	negate     bool
	x, y       int
	min, max   int
	set        *set
	text       string
}

// compiler appends the instructions of a tree.
type compiler struct {
	program
	back bool
}

func compile(t *tree) program {
	c := &compiler{}
	c.groups, c.names, c.ignoreCase = t.groups, t.names, t.mode.ignoreCase
	c.node(t.root)
	c.emit(instruction{op: opAccept})
	c.possess()
	c.begin(t.root)
	return c.program
}

func (c *compiler) emit(i instruction) int {
	i.back = c.back
	c.code = append(c.code, i)
	return len(c.code) - 1
}

func (c *compiler) register() int {
	c.registers++
	return c.registers - 1
}

func (c *compiler) node(n node) {
	switch n := n.(type) {
	case literal:
		c.emit(instruction{op: opLiteral, text: n.text})
	case oneOf:
		c.emit(instruction{op: opSet, set: n.set})
	case sequence:
		for i := range n.items {
			if c.back {
				i = len(n.items) - 1 - i
			}
			c.node(n.items[i])
		}
	case choice:
		c.choice(n)
	case capture:
		// Backwards, the end is met first.
		open, shut := 2*n.index, 2*n.index+1
		if c.back {
			open, shut = shut, open
		}
		c.emit(instruction{op: opSave, x: open})
		c.node(n.body)
		c.emit(instruction{op: opSave, x: shut})
	case repeat:
		c.repeat(n)
	case anchor:
		c.emit(instruction{op: opAnchor, kind: n.kind})
	case look:
		c.look(n)
	case reference:
		if n.index == 0 {
			for i, name := range c.names {
				if name == n.name {
					n.index = i + 1
				}
			}
		}
		c.emit(instruction{op: opReference, x: n.index})
	}
}

func (c *compiler) choice(n choice) {
	var jumps []int
	for i, option := range n.options {
		if i == len(n.options)-1 {
			c.node(option)
			break
		}
		split := c.emit(instruction{op: opSplit})
		c.code[split].x = len(c.code)
		c.node(option)
		jumps = append(jumps, c.emit(instruction{op: opJump}))
		c.code[split].y = len(c.code)
	}
	for _, jump := range jumps {
		c.code[jump].x = len(c.code)
	}
}

func (c *compiler) look(n look) {
	at := c.emit(instruction{op: opLook, negate: n.negate})
	outside := c.back
	c.back = n.behind
	c.node(n.body)
	c.emit(instruction{op: opAccept})
	c.back = outside
	c.code[at].x = len(c.code)
}

// repeat chooses the cheapest form that does what RepeatMatcher (ECMA-262,
// 21.2.2.5.1) does: captures inside are forgotten at the start of each round,
// and a round beyond the minimum that takes nothing fails.
func (c *compiler) repeat(n repeat) {
	if n.max == 0 {
		return
	}
	if s := runOf(n.body); s != nil && !c.back {
		c.emit(instruction{op: opRun, set: s, min: n.min, max: n.max, greedy: n.greedy})
		return
	}
	empty := nullable(n.body)
	switch {
	case n.min == 1 && n.max == 1:
		c.round(n)
	case n.min == 1 && n.max == unlimited && !empty:
		start := len(c.code)
		c.round(n)
		c.split(n.greedy, start, len(c.code)+1)
	case n.min == 0 && (n.max == 1 || n.max == unlimited):
		split := c.emit(instruction{op: opSplit})
		body := len(c.code)
		mark := 0
		if empty {
			mark = c.register()
			c.emit(instruction{op: opMark, x: mark})
		}
		c.round(n)
		if empty {
			c.emit(instruction{op: opProgress, x: mark})
		}
		if n.max == unlimited {
			c.emit(instruction{op: opJump, x: split})
		}
		c.code[split] = splitOf(n.greedy, body, len(c.code))
	default:
		count, mark := c.register(), c.register()
		c.emit(instruction{op: opZero, x: count})
		loop := c.emit(instruction{op: opLoop, x: count, min: n.min, max: n.max, greedy: n.greedy})
		c.emit(instruction{op: opMark, x: mark})
		c.round(n)
		c.emit(instruction{op: opNext, x: count, y: mark, min: n.min, max: loop})
		c.code[loop].y = len(c.code)
	}
}

// round is the body once.
func (c *compiler) round(n repeat) {
	if n.first <= n.last {
		c.emit(instruction{op: opReset, x: 2 * n.first, y: 2*n.last + 1})
	}
	c.node(n.body)
}

// split goes to the body first if it is greedy.
func (c *compiler) split(greedy bool, body, exit int) { c.emit(splitOf(greedy, body, exit)) }

func splitOf(greedy bool, body, exit int) instruction {
	if !greedy {
		body, exit = exit, body
	}
	return instruction{op: opSplit, x: body, y: exit}
}

// runOf gives the set of a body that is one character.
func runOf(n node) *set {
	switch n := n.(type) {
	case oneOf:
		return n.set
	case literal:
		if r, size := utf8.DecodeRuneInString(n.text); size == len(n.text) {
			return newSet([]span{{r, r}})
		}
	}
	return nil
}
