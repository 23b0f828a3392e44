package jsonata

func keys(_ *evaluation, args []item) (item, *Error) {
	var found []item
	for _, name := range namesIn(nil, args[0]) {
		found = append(found, ofString(name))
	}
	return ofSequence(found), nil
}

// namesIn adds the names of an object, or of all objects in an array once.
func namesIn(names []string, v item) []string {
	switch v.kind() {
	case object:
		for k := range v.len() {
			names = append(names, v.nameAt(k))
		}
	case array:
		seen := map[string]bool{} // looked up, never ranged
		for k := range v.len() {
			for _, name := range namesIn(nil, v.at(k)) {
				if !seen[name] {
					seen[name] = true
					names = append(names, name)
				}
			}
		}
	}
	return names
}

func lookupName(ev *evaluation, args []item) (item, *Error) {
	return lookup(args[0], argument(args, 1).text()), ev.work(args[0].len())
}

// spread makes an object of each member.
func spread(ev *evaluation, args []item) (item, *Error) {
	v := args[0]
	if err := ev.enter(); err != nil {
		return item{}, err
	}
	defer ev.leave()
	if err := ev.grow(v.len()); err != nil {
		return item{}, err
	}
	switch v.kind() {
	case object:
		single := make([]item, v.len())
		for k := range single {
			member := []item{v.at(k)}
			single[k] = item{b: &body{kind: object, names: []string{v.nameAt(k)}, items: member, nest: nestOf(member)}}
		}
		return ofSequence(single), nil
	case array:
		var all []item
		for k := range v.len() {
			part, err := spread(ev, []item{v.at(k)})
			if err != nil {
				return item{}, err
			}
			if !part.isUndefined() {
				all = spill(all, part)
			}
		}
		if v.len() == 0 {
			return ofSequence(nil), nil
		}
		return ofArray(all), nil
	}
	return v, nil
}

func merge(ev *evaluation, args []item) (item, *Error) {
	list := args[0]
	if !list.isArray() {
		return item{}, nil
	}
	b := &body{kind: object}
	places := map[string]int{} // looked up, never ranged
	for k := range list.len() {
		o := list.at(k)
		if o.kind() != object {
			continue
		}
		if err := ev.grow(o.len()); err != nil {
			return item{}, err
		}
		for n := range o.len() {
			name := o.nameAt(n)
			if at, known := places[name]; known {
				b.items[at] = o.at(n)
				continue
			}
			places[name] = len(b.names)
			b.names, b.items = append(b.names, name), append(b.items, o.at(n))
		}
	}
	b.nest = nestOf(b.items)
	return item{b: b}, nil
}

func clone(ev *evaluation, args []item) (item, *Error) { return cloned(ev, args[0]) }

// booleanOf gives false for a function, although it is true as a condition: the
// reference hands its own functions those of the expression as something else.
func booleanOf(_ *evaluation, args []item) (item, *Error) {
	switch args[0].kind() {
	case undefined:
		return item{}, nil
	case callable:
		return ofBool(false), nil
	}
	yes, err := args[0].truth()
	return ofBool(yes), err
}

func not(ev *evaluation, args []item) (item, *Error) {
	yes, err := booleanOf(ev, args)
	if err != nil || yes.isUndefined() {
		return item{}, err
	}
	return ofBool(!yes.isTrue()), nil
}

func exists(_ *evaluation, args []item) (item, *Error) { return ofBool(!args[0].isUndefined()), nil }

func typeOf(_ *evaluation, args []item) (item, *Error) {
	switch args[0].kind() {
	case undefined:
		return item{}, nil
	case null:
		return ofString("null"), nil
	case boolean:
		return ofString("boolean"), nil
	case number:
		return ofString("number"), nil
	case text:
		return ofString("string"), nil
	case array:
		return ofString("array"), nil
	case callable:
		return ofString("function"), nil
	}
	return ofString("object"), nil
}

// raise is $error.
func raise(_ *evaluation, args []item) (item, *Error) {
	message := argument(args, 0).text()
	if message == "" {
		message = "$error() function evaluated"
	}
	return item{}, &Error{Code: "D3137", Message: message}
}

func assertion(_ *evaluation, args []item) (item, *Error) {
	if args[0].isTrue() {
		return item{}, nil
	}
	message := argument(args, 1).text()
	if message == "" {
		message = "$assert() statement failed"
	}
	return item{}, &Error{Code: "D3141", Message: message}
}
