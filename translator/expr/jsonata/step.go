package jsonata

// dot joins two nodes to one path.
func (r *resolver) dot(n *syntax) (*syntax, *Error) {
	path, err := r.node(n.left)
	if err != nil {
		return nil, err
	}
	if path.form != formPath {
		step := path
		path = &syntax{form: formPath, at: step.at, list: []*syntax{step}}
		if step.form == formParent {
			path.seeking = []*slot{step.slot}
		}
	}
	rest, err := r.node(n.right)
	if err != nil {
		return nil, err
	}
	if rest.form == formPath {
		path.list = append(path.list, rest.list...)
	} else {
		if rest.predicates != nil {
			rest.stages, rest.predicates = rest.predicates, nil
		}
		path.list = append(path.list, rest)
	}
	for _, step := range path.list {
		switch step.form {
		case formNumber, formValue:
			return nil, &Error{Code: "S0213", offset: step.at, Value: step.literal()}
		case formString:
			step.form = formName
		}
		path.array = path.array || step.keepArray
	}
	for _, end := range []*syntax{path.list[0], path.last()} {
		if end.form == formArray {
			end.whole = true
		}
	}
	return path, path.resolveParents()
}

// filter puts a predicate on the last step of a path, or on another node.
func (r *resolver) filter(n *syntax) (*syntax, *Error) {
	result, err := r.node(n.left)
	if err != nil {
		return nil, err
	}
	step := result
	if result.form == formPath {
		step = result.last()
	}
	if step.group != nil {
		return nil, &Error{Code: "S0209", offset: n.at}
	}
	condition, err := r.node(n.right)
	if err != nil {
		return nil, err
	}
	for _, s := range condition.seeking {
		if s.level == 1 {
			if err := s.seekIn(step); err != nil {
				return nil, err
			}
		} else {
			s.level--
		}
	}
	if len(condition.seeking) > 0 {
		step.seek(condition)
	}
	added := stage{filter: condition, at: n.at}
	if result.form == formPath {
		step.stages = append(step.stages, added)
	} else {
		step.predicates = append(step.predicates, added)
	}
	return result, nil
}

func (r *resolver) group(n *syntax) (*syntax, *Error) {
	result, err := r.node(n.left)
	if err != nil {
		return nil, err
	}
	if result.group != nil {
		return nil, &Error{Code: "S0210", offset: n.at}
	}
	for k := range n.pairs {
		if err := r.parts(nil, &n.pairs[k].key, &n.pairs[k].value); err != nil {
			return nil, err
		}
	}
	result.group = &syntax{form: formObject, at: n.at, pairs: n.pairs}
	return result, nil
}

func (r *resolver) order(n *syntax) (*syntax, *Error) {
	result, err := r.node(n.left)
	if err != nil {
		return nil, err
	}
	if result.form != formPath {
		result = &syntax{form: formPath, at: result.at, list: []*syntax{result}}
	}
	sort := &syntax{form: formSort, at: n.at, terms: n.terms}
	for k := range sort.terms {
		if err := r.parts(sort, &sort.terms[k].key); err != nil {
			return nil, err
		}
	}
	result.list = append(result.list, sort)
	return result, result.resolveParents()
}

func (r *resolver) focus(n *syntax) (*syntax, *Error) {
	result, err := r.node(n.left)
	if err != nil {
		return nil, err
	}
	step := result
	if result.form == formPath {
		step = result.last()
	}
	if step.stages != nil || step.predicates != nil {
		return nil, &Error{Code: "S0215", offset: n.at}
	}
	if step.form == formSort {
		return nil, &Error{Code: "S0216", offset: n.at}
	}
	step.keepArray = step.keepArray || n.keepArray
	step.focus, step.tuple = n.right, true
	return result, nil
}

func (r *resolver) index(n *syntax) (*syntax, *Error) {
	result, err := r.node(n.left)
	if err != nil {
		return nil, err
	}
	step := result
	if result.form == formPath {
		step = result.last()
	} else {
		result = &syntax{form: formPath, at: step.at, list: []*syntax{step}}
		step.stages, step.predicates = step.predicates, nil
	}
	if step.stages == nil {
		step.index = n.right
	} else {
		step.stages = append(step.stages, stage{index: n.right, at: n.at})
	}
	step.tuple = true
	return result, nil
}
