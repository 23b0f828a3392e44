package jsonata

// seek takes over the parent operators in a child that are still to be found.
func (n *syntax) seek(child *syntax) {
	n.seeking = append(n.seeking, child.seeking...)
	if child.form == formParent {
		n.seeking = append(n.seeking, child.slot)
	}
}

// resolveParents looks for the steps that the parent operators in the last
// step of the path mean; those it does not find seek on outside of the path.
func (n *syntax) resolveParents() *Error {
	last := n.last()
	slots := last.seeking
	if last.form == formParent {
		slots = append(slots[:len(slots):len(slots)], last.slot)
	}
	for _, s := range slots {
		for k := len(n.list) - 2; s.level > 0; {
			if k < 0 {
				n.seeking = append(n.seeking, s)
				break
			}
			step := n.list[k]
			k--
			for k >= 0 && step.focus != nil && n.list[k].focus != nil { // steps that do not move on count once
				step = n.list[k]
				k--
			}
			if err := s.seekIn(step); err != nil {
				return err
			}
		}
	}
	return nil
}

// seekIn goes one step to the left; at level 0 the slot has found its step.
func (s *slot) seekIn(n *syntax) *Error {
	switch n.form {
	case formName, formWildcard:
		s.level--
		if s.level == 0 {
			if n.label == nil {
				n.label = s.label
			} else {
				s.label.number = n.label.number
				n.label = s.label
			}
			n.tuple = true
		}
	case formParent:
		s.level++
	case formBlock:
		if len(n.list) > 0 {
			n.tuple = true
			return s.seekIn(n.last())
		}
	case formPath:
		n.tuple = true
		k := len(n.list) - 1
		if err := s.seekIn(n.list[k]); err != nil {
			return err
		}
		for k--; s.level > 0 && k >= 0; k-- {
			if err := s.seekIn(n.list[k]); err != nil {
				return err
			}
		}
	default:
		return &Error{Code: "S0217", offset: n.position(), Token: formNames[n.form]}
	}
	return nil
}
