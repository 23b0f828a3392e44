package jsonata

import "math"

func zip(ev *evaluation, args []item) (item, *Error) {
	if len(args) == 0 {
		return ofArray(nil), nil
	}
	count := args[0].len()
	for _, a := range args {
		count = min(count, a.len())
	}
	if err := ev.grow(count * (len(args) + 1)); err != nil {
		return item{}, err
	}
	rows := make([]item, count)
	for k := range rows {
		row := make([]item, len(args))
		for n, a := range args {
			row[n] = a.at(k)
		}
		rows[k] = ofArray(row)
	}
	return ofArray(rows), nil
}

func appendTo(ev *evaluation, args []item) (item, *Error) {
	a, b := args[0], argument(args, 1)
	if err := ev.grow(max(1, a.len()) + max(1, b.len())); err != nil {
		return item{}, err
	}
	return appended(a, b), nil
}

func reverse(ev *evaluation, args []item) (item, *Error) {
	list := args[0]
	if list.isUndefined() || list.len() < 2 {
		return list, nil
	}
	n := list.len()
	if err := ev.grow(n); err != nil {
		return item{}, err
	}
	reversed := make([]item, n)
	for k := range n {
		reversed[n-1-k] = list.at(k)
	}
	return ofArray(reversed), nil
}

func shuffle(ev *evaluation, args []item) (item, *Error) {
	list := args[0]
	if list.isUndefined() || list.len() < 2 {
		return list, nil
	}
	if err := ev.grow(list.len()); err != nil {
		return item{}, err
	}
	shuffled := make([]item, list.len())
	for k := range shuffled {
		other := min(k, int(math.Floor(ev.draw()*float64(k+1))))
		shuffled[k] = shuffled[other]
		shuffled[other] = list.at(k)
	}
	return ofArray(shuffled), nil
}

// distinct keeps the first of equal elements.
func distinct(ev *evaluation, args []item) (item, *Error) {
	list := args[0]
	if !list.isArray() || list.len() < 2 {
		return list, nil
	}
	var kept series
	seen := map[simple]bool{} // looked up, never ranged
	var large []item          // arrays and objects, compared one by one
	for k := range list.len() {
		e := list.at(k)
		known := false
		switch e.kind() {
		case array, object, callable:
			if err := ev.work(len(large)); err != nil {
				return item{}, err
			}
			for _, other := range large {
				if known = equal(e, other); known {
					break
				}
			}
			if !known {
				large = append(large, e)
			}
		default:
			key := simpleOf(e)
			if known = seen[key]; !known {
				seen[key] = true
			}
		}
		if !known {
			kept.add(e)
		}
	}
	flags := flags(0)
	if list.has(sequence) {
		flags = sequence
	}
	return kept.array(flags), ev.grow(kept.len())
}

// simple is what only equal values that are no arrays or objects share.
type simple struct {
	kind   kind
	text   string
	number float64
}

func simpleOf(e item) simple {
	if e.kind() == number {
		return simple{kind: number, number: e.float()}
	}
	return simple{kind: e.kind(), text: e.text()}
}

// sorted sorts numbers or strings, or anything with a function that says
// whether its first argument belongs after its second.
func sorted(ev *evaluation, args []item) (item, *Error) {
	list, comparator := args[0], argument(args, 1)
	if list.isUndefined() || list.len() < 2 {
		return list, nil
	}
	if err := ev.grow(list.len()); err != nil {
		return item{}, err
	}
	elements := append([]item(nil), list.elements()...)
	after := func(a, b *item) (bool, *Error) {
		if err := ev.work(1); err != nil {
			return false, err
		}
		return compareItems(*a, *b) > 0, nil
	}
	if !comparator.isUndefined() {
		after = func(a, b *item) (bool, *Error) {
			v, err := ev.call(comparator, *a, *b)
			return v.jsTruth(), err
		}
	} else if !sortable(elements) {
		return item{}, &Error{Code: "D3070", Index: 1}
	}
	err := mergeSort(elements, after)
	return ofArray(elements), err
}

// sortable reports nothing but numbers or nothing but strings.
func sortable(elements []item) bool {
	k := elements[0].kind()
	if k != number && k != text {
		return false
	}
	for _, e := range elements {
		if e.kind() != k {
			return false
		}
	}
	return true
}

// jsTruth is truth as JavaScript sees it, which sorting relies on.
func (i item) jsTruth() bool {
	switch i.kind() {
	case undefined, null:
		return false
	case boolean:
		return i.isTrue()
	case number:
		return i.float() != 0
	case text:
		return i.text() != ""
	}
	return true
}
