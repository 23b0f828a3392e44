package regex

import (
	"strings"
	"unicode/utf8"
)

// machine runs a program over a text. It holds no pointer into itself, so that
// it can live on the stack.
type machine struct {
	*program
	text      string
	groups    []Group
	registers []int
	frames    [16]frame
	more      []frame // behind those
	height    int     // of both
	left      int     // steps
	over      bool    // these, or the frames, were too few
}

// search tries one start after the other. It is not done when the steps or the
// memory did not suffice.
func (p *program) search(text string, from int, left *int) (m Match, found, done bool) {
	run := machine{program: p, text: text}
	for start := from; start <= len(text); start++ {
		next := p.candidate(text, start)
		*left -= 1 + (max(next, start)-start)>>4
		if next < 0 || p.atStart && next > 0 {
			break
		}
		if p.groups > 0 && run.groups == nil {
			run.groups = noGroups(p.groups)
		}
		if p.registers > 0 && run.registers == nil {
			run.registers = make([]int, p.registers)
		}
		start = next
		run.left = *left
		end, ok := run.run(0, start)
		if *left = run.left; run.over {
			*left = 0
			return Match{}, false, false
		}
		if ok {
			return Match{Start: start, End: end, Groups: closed(run.groups)}, true, true
		}
		if _, size := run.read(start, false); size > 1 {
			start += size - 1
		}
	}
	return Match{}, false, *left >= 0
}

// noGroups gives groups that have taken no part.
func noGroups(n int) []Group {
	groups := make([]Group, n)
	for i := range groups {
		groups[i] = Group{-1, -1}
	}
	return groups
}

// closed forgets groups that have been entered and not left.
func closed(groups []Group) []Group {
	for i := range groups {
		if groups[i].Start < 0 || groups[i].End < 0 {
			groups[i] = Group{-1, -1}
		}
	}
	return groups
}

// candidate gives the next place where a match may start, -1 for none.
func (p *program) candidate(text string, start int) int {
	switch {
	case p.prefix != "":
		at := strings.Index(text[start:], p.prefix)
		if at < 0 {
			return -1
		}
		return start + at
	case !p.anyFirst && !p.atStart:
		for ; start < len(text); start++ {
			if p.first.has(text[start]) {
				return start
			}
		}
		return -1
	}
	return start
}

// run follows the program from an instruction and a place in the text up to
// opAccept, and gives the place that it has come to. Frames above those that
// were there remain for whoever wants to go back.
func (m *machine) run(pc, pos int) (end int, ok bool) {
	base := m.height
	for {
		if m.left--; m.left < 0 || m.height > maxFrames {
			m.over = true
			return 0, false
		}
		i := &m.code[pc]
		pc++
		switch i.op {
		case opAccept:
			return pos, true
		case opLiteral:
			if i.back {
				if strings.HasSuffix(m.text[:pos], i.text) {
					pos -= len(i.text)
					continue
				}
			} else if strings.HasPrefix(m.text[pos:], i.text) {
				pos += len(i.text)
				continue
			}
		case opSet:
			if r, size := m.read(pos, i.back); size != 0 && i.set.has(r) {
				pos += size
				continue
			}
		case opRun:
			if next, ok := m.startRun(i, pc, pos); ok {
				pos = next
				continue
			}
		case opSplit:
			m.push(retry, i.y, pos, 0)
			pc = i.x
			continue
		case opJump:
			pc = i.x
			continue
		case opSave:
			m.setSlot(i.x, pos)
			continue
		case opReset:
			for slot := i.x; slot <= i.y; slot++ {
				if *m.slot(slot) >= 0 {
					m.setSlot(slot, -1)
				}
			}
			continue
		case opZero:
			m.setRegister(i.x, 0)
			continue
		case opLoop:
			switch count := m.registers[i.x]; {
			case count < i.min:
			case count >= i.max:
				pc = i.y
			case i.greedy:
				m.push(retry, i.y, pos, 0)
			default:
				m.push(retry, pc, pos, 0)
				pc = i.y
			}
			continue
		case opMark:
			m.setRegister(i.x, pos)
			continue
		case opProgress:
			if m.registers[i.x] != pos {
				continue
			}
		case opNext:
			if count := m.registers[i.x]; count < i.min || m.registers[i.y] != pos {
				m.setRegister(i.x, count+1)
				pc = i.max
				continue
			}
		case opAnchor:
			if m.holds(i.kind, pos) {
				continue
			}
		case opLook:
			if m.look(pc, pos) != i.negate {
				pc = i.x
				continue
			}
			if m.over {
				return 0, false
			}
		case opReference:
			if next, ok := m.again(i, pos); ok {
				pos = next
				continue
			}
		}
		if pc, pos, ok = m.back(base); !ok {
			return 0, false
		}
	}
}

// read gives the character behind pos, or before it with a negative size; the
// size is 0 where there is none.
func (m *machine) read(pos int, back bool) (r rune, size int) {
	if back {
		if pos > 0 && m.text[pos-1] < utf8.RuneSelf {
			return rune(m.text[pos-1]), -1
		}
		r, size = utf8.DecodeLastRuneInString(m.text[:pos])
		return r, -size
	}
	if pos < len(m.text) {
		if c := m.text[pos]; c < utf8.RuneSelf {
			return rune(c), 1
		}
	}
	return utf8.DecodeRuneInString(m.text[pos:])
}
