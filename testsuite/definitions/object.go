package main

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// object is a JSON object as encoding/json gives it, read without any code of
// the translator.
type object map[string]any

// under gives the object below a name, nil when there is none.
func (o object) under(name string) object { return objectOf(o[name]) }

func (o object) text(name string) string { s, _ := o[name].(string); return s }

func (o object) has(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { _, ok := o[n]; return ok })
}

// list gives the objects of an array below a name.
func (o object) list(name string) []object {
	array, _ := o[name].([]any)
	var all []object
	for _, e := range array {
		if e := objectOf(e); e != nil {
			all = append(all, e)
		}
	}
	return all
}

func objectOf(v any) object {
	if m, ok := v.(map[string]any); ok {
		return m
	}
	return nil
}

// namedState is a state with the query language in force.
type namedState struct {
	name, language string
	object
}

// block is a machine with its own states by name, those of nested ones apart.
type block struct {
	object
	own []namedState
}

// blocks gives the machine and those nested in it.
func (o object) blocks() []block {
	language := "JSONPath"
	if o.text("QueryLanguage") != "" {
		language = o.text("QueryLanguage")
	}
	var all []block
	var machine func(m object)
	machine = func(m object) {
		b := block{object: m}
		states := m.under("States")
		for _, name := range slices.Sorted(maps.Keys(states)) {
			s := namedState{name, language, states.under(name)}
			if own := s.text("QueryLanguage"); own != "" {
				s.language = own
			}
			b.own = append(b.own, s)
		}
		all = append(all, b)
		for _, s := range b.own {
			for _, branch := range s.list("Branches") {
				machine(branch)
			}
			if p := s.processor(); p != nil {
				machine(p)
			}
		}
	}
	machine(o)
	return all
}

// states gives all states of a machine, nested ones too.
func (o object) states() []namedState {
	var all []namedState
	for _, b := range o.blocks() {
		all = append(all, b.own...)
	}
	return all
}

// targets gives the names that a state leads to.
func (s namedState) targets() []string {
	targets := []string{s.text("Next"), s.text("Default")}
	for _, e := range slices.Concat(s.list("Choices"), s.list("Catch")) {
		targets = append(targets, e.text("Next"))
	}
	return slices.DeleteFunc(targets, func(t string) bool { return t == "" })
}

// ends reports a terminal state.
func (s namedState) ends() bool {
	return s.object["End"] == true || s.text("Type") == "Succeed" || s.text("Type") == "Fail"
}

func (o object) processor() object {
	if p := o.under("ItemProcessor"); p != nil {
		return p
	}
	return o.under("Iterator")
}

// typesAlong gives the types of the states along a path such as
// /States/P/Branches[0]/States/A/Next.
func (o object) typesAlong(path string) []string {
	var types []string
	var here any = map[string]any(o)
	for len(path) > 0 {
		rest := strings.TrimPrefix(path, "/")
		next, name := any(nil), ""
		if m := objectOf(here); m != nil {
			name, next = m.longest(rest)
		}
		if name == "" {
			return types
		}
		path = rest[len(name):]
		for strings.HasPrefix(path, "[") {
			number, after, _ := strings.Cut(path[1:], "]")
			i, err := strconv.Atoi(number)
			array, _ := next.([]any)
			if err != nil || i < 0 || i >= len(array) {
				return types
			}
			next, path = array[i], after
		}
		here = next
		if t := objectOf(here).text("Type"); t != "" {
			types = append(types, t)
		}
	}
	return types
}

// longest gives the member whose name the path begins with: names of states may
// hold slashes.
func (o object) longest(path string) (name string, v any) {
	for n, member := range o {
		if after, is := strings.CutPrefix(path, n); is && len(n) > len(name) && (after == "" || after[0] == '/' || after[0] == '[') {
			name, v = n, member
		}
	}
	return name, v
}
