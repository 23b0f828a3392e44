package regex

import "unicode/utf8"

// possess marks the runs that need not go back: what follows them cannot begin
// with a character of theirs, or is happy with the longest run.
func (c *compiler) possess() {
	for i := range c.code {
		run := &c.code[i]
		if run.op != opRun || !run.greedy {
			continue
		}
		next := i + 1
		for c.code[next].op == opJump || c.code[next].op == opSave {
			if c.code[next].op == opJump {
				next = c.code[next].x
			} else {
				next++
			}
		}
		switch after := c.code[next]; after.op {
		case opAccept:
			run.possessive = true
		case opLiteral:
			r, _ := utf8.DecodeRuneInString(after.text)
			run.possessive = !run.set.has(r)
		case opSet:
			run.possessive = run.set.disjoint(after.set)
		case opRun:
			run.possessive = after.min > 0 && run.set.disjoint(after.set)
		case opAnchor:
			run.possessive = after.kind == textEnd ||
				after.kind == lineEnd && run.set.disjoint(newSet(lineTerminators))
		}
	}
}

// begin finds out where a match may start.
func (c *compiler) begin(root node) {
	c.prefix = prefix(root)
	c.anyFirst = c.firstBytes(root)
	c.atStart = leadsWith(root, textStart)
	for _, i := range c.code {
		if i.op == opAnchor && i.kind != textEnd && i.kind != lineEnd {
			c.looksBehind = true
		}
	}
}

// prefix gives a text with which every match begins.
func prefix(n node) string {
	switch n := n.(type) {
	case literal:
		return n.text
	case sequence:
		if len(n.items) > 0 {
			return prefix(n.items[0])
		}
	case capture:
		return prefix(n.body)
	}
	return ""
}

// leadsWith reports that every match begins at an anchor.
func leadsWith(n node, kind anchorKind) bool {
	switch n := n.(type) {
	case anchor:
		return n.kind == kind
	case sequence:
		return len(n.items) > 0 && leadsWith(n.items[0], kind)
	case capture:
		return leadsWith(n.body, kind)
	case choice:
		for _, option := range n.options {
			if !leadsWith(option, kind) {
				return false
			}
		}
		return true
	}
	return false
}

// firstBytes collects the bytes with which a match may begin. It reports that
// they do not matter, since what matches may be empty or is not known.
func (c *compiler) firstBytes(n node) (open bool) {
	switch n := n.(type) {
	case literal:
		c.first.add(n.text[0])
		return false
	case oneOf:
		for b := 0; b < utf8.RuneSelf; b++ {
			if n.set.has(rune(b)) {
				c.first.add(byte(b))
			}
		}
		if last := len(n.set.spans) - 1; last >= 0 && n.set.spans[last].hi >= utf8.RuneSelf {
			for b := utf8.RuneSelf; b <= 0xFF; b++ {
				c.first.add(byte(b))
			}
		}
		return false
	case sequence:
		for _, item := range n.items {
			if !c.firstBytes(item) {
				return false
			}
		}
		return true
	case choice:
		for _, option := range n.options {
			open = c.firstBytes(option) || open
		}
		return open
	case capture:
		return c.firstBytes(n.body)
	case repeat:
		if n.max == 0 {
			return true
		}
		return c.firstBytes(n.body) || n.min == 0
	}
	return true // anchors, lookaround and references: what follows decides
}
