package regex

import "unicode/utf8"

// look runs what starts at pc and reports that it matches. A lookaround is
// never entered again, so its ways back are dropped; the captures it has set
// stay, and those of one that fails or is negated are undone by what follows:
// back unwinds them, as they stand above the frame it returns to.
func (m *machine) look(pc, pos int) bool {
	base := m.height
	negate := m.code[pc-1].negate
	_, ok := m.run(pc, pos)
	if m.over {
		return negate // the caller sees over
	}
	if !ok {
		return false
	}
	if negate {
		m.undo(base)
		return true
	}
	kept := base
	for height := base; height < m.height; height++ {
		if f := *m.frame(height); f.kind == oldSlot || f.kind == oldRegister {
			*m.frame(kept) = f
			kept++
		}
	}
	m.height = kept
	return true
}

// undo takes back what was set since the base.
func (m *machine) undo(base int) {
	for ; m.height > base; m.height-- {
		switch f := m.top(); f.kind {
		case oldSlot:
			*m.slot(f.at) = f.pos
		case oldRegister:
			m.registers[f.at] = f.pos
		}
	}
}

// holds reports that pos is such a place.
func (m *machine) holds(kind anchorKind, pos int) bool {
	switch kind {
	case textStart:
		return pos == 0
	case textEnd:
		return pos == len(m.text)
	case lineStart:
		r, _ := utf8.DecodeLastRuneInString(m.text[:pos])
		return pos == 0 || isLineTerminator(r)
	case lineEnd:
		r, _ := utf8.DecodeRuneInString(m.text[pos:])
		return pos == len(m.text) || isLineTerminator(r)
	}
	before := pos > 0 && isWord(rune(m.text[pos-1]))
	after := pos < len(m.text) && isWord(rune(m.text[pos]))
	return (before != after) == (kind == wordEdge)
}

// again matches the text of a group once more; a group that has matched
// nothing yet, or is still open, matches empty.
func (m *machine) again(i *instruction, pos int) (next int, ok bool) {
	start, end := m.groups[i.x-1].Start, m.groups[i.x-1].End
	if start < 0 || end < 0 {
		return pos, true
	}
	m.left -= end - start
	if i.back {
		for end > start {
			want, size := utf8.DecodeLastRuneInString(m.text[start:end])
			got, width := m.read(pos, true)
			if width == 0 || !m.same(want, got) {
				return 0, false
			}
			end -= size
			pos += width
		}
		return pos, true
	}
	for start < end {
		want, size := utf8.DecodeRuneInString(m.text[start:end])
		got, width := m.read(pos, false)
		if width == 0 || !m.same(want, got) {
			return 0, false
		}
		start += size
		pos += width
	}
	return pos, true
}

func (m *machine) same(a, b rune) bool {
	return a == b || m.ignoreCase && canonical(a) == canonical(b)
}
