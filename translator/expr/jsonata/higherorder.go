package jsonata

// given calls a function for an element with as many of the arguments value,
// key and whole as it takes.
func (ev *evaluation) given(f, v, key, whole item) (item, *Error) {
	switch n := arityOf(f); {
	case n >= 3:
		return ev.call(f, v, key, whole)
	case n == 2:
		return ev.call(f, v, key)
	}
	return ev.call(f, v)
}

func mapEach(ev *evaluation, args []item) (item, *Error) {
	list, f := args[0], argument(args, 1)
	if list.isUndefined() {
		return item{}, nil
	}
	mapped := make([]item, 0, list.len())
	for k := range list.len() {
		v, err := ev.given(f, list.at(k), ofInt(k), list)
		if err != nil {
			return item{}, err
		}
		if !v.isUndefined() {
			mapped = append(mapped, v)
		}
	}
	return ofSequence(mapped), ev.grow(len(mapped))
}

func filter(ev *evaluation, args []item) (item, *Error) {
	list, f := args[0], argument(args, 1)
	if list.isUndefined() {
		return item{}, nil
	}
	var kept series
	for k := range list.len() {
		e := list.at(k)
		v, err := ev.given(f, e, ofInt(k), list)
		if err != nil {
			return item{}, err
		}
		yes, err := v.truth()
		if err != nil {
			return item{}, err
		}
		if yes {
			kept.add(e)
		}
	}
	return kept.sequence(), ev.grow(kept.len())
}

// onlyOne is $single: the one element that a function holds for.
func onlyOne(ev *evaluation, args []item) (item, *Error) {
	list, f := args[0], argument(args, 1)
	if list.isUndefined() {
		return item{}, nil
	}
	var one item
	matched := false
	for k := range list.len() {
		e := list.at(k)
		yes := true
		if !f.isUndefined() {
			v, err := ev.given(f, e, ofInt(k), list)
			if err != nil {
				return item{}, err
			}
			if yes, err = v.truth(); err != nil {
				return item{}, err
			}
		}
		if yes && matched {
			return item{}, &Error{Code: "D3138", Index: 1}
		}
		if yes {
			one, matched = e, true
		}
	}
	if !matched {
		return item{}, &Error{Code: "D3139"}
	}
	return one, nil
}

func reduce(ev *evaluation, args []item) (item, *Error) {
	list, f, total := args[0], argument(args, 1), argument(args, 2)
	if list.isUndefined() {
		return item{}, nil
	}
	arity := arityOf(f)
	if arity < 2 {
		return item{}, &Error{Code: "D3050", Index: 1}
	}
	from := 0
	if total.isUndefined() && list.len() > 0 {
		total, from = list.at(0), 1
	}
	for k := from; k < list.len(); k++ {
		given := []item{total, list.at(k), ofInt(k), list}
		var err *Error
		if total, err = ev.call(f, given[:min(arity, 4)]...); err != nil {
			return item{}, err
		}
	}
	return total, nil
}

func sift(ev *evaluation, args []item) (item, *Error) {
	o, f := args[0], argument(args, 1)
	if o.kind() != object {
		return item{}, nil
	}
	b := &body{kind: object}
	for k := range o.len() {
		v, err := ev.given(f, o.at(k), ofString(o.nameAt(k)), o)
		if err != nil {
			return item{}, err
		}
		yes, err := v.truth()
		if err != nil {
			return item{}, err
		}
		if yes {
			b.names, b.items = append(b.names, o.nameAt(k)), append(b.items, o.at(k))
		}
	}
	if len(b.names) == 0 {
		return item{}, nil
	}
	b.nest = nestOf(b.items)
	return item{b: b}, nil
}

func each(ev *evaluation, args []item) (item, *Error) {
	o, f := args[0], argument(args, 1)
	if o.kind() != object {
		return item{}, nil
	}
	var results []item
	for k := range o.len() {
		v, err := ev.given(f, o.at(k), ofString(o.nameAt(k)), o)
		if err != nil {
			return item{}, err
		}
		if !v.isUndefined() {
			results = append(results, v)
		}
	}
	return ofSequence(results), nil
}
