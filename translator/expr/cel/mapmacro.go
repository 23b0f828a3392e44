package cel

import (
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
)

// The macros of two variables that make maps gather a list first, because an
// interpreter's comprehension gathers maps in Go maps.

// transformMap is m.transformMap(k, v, transform) and, with a filter,
// m.transformMap(k, v, filter, transform).
func transformMap(h cel.MacroExprFactory, target ast.Expr, args []ast.Expr) (ast.Expr, *cel.Error) {
	return gather(h, target, args, functionOfPairs, func(transform ast.Expr) ast.Expr {
		return h.NewList(h.NewCall("dyn", h.NewIdent(args[0].AsIdent())), h.NewCall("dyn", transform))
	})
}

// transformMapEntry is m.transformMapEntry(k, v, {key: value}), with a filter
// before the entry when there are four arguments.
func transformMapEntry(h cel.MacroExprFactory, target ast.Expr, args []ast.Expr) (ast.Expr, *cel.Error) {
	return gather(h, target, args, functionOfMaps, func(entry ast.Expr) ast.Expr { return entry })
}

// gather makes function([element for each k and v]).
func gather(h cel.MacroExprFactory, target ast.Expr, args []ast.Expr, function string, element func(ast.Expr) ast.Expr) (ast.Expr, *cel.Error) {
	for _, name := range args[:2] {
		if name.Kind() != ast.IdentKind {
			return nil, h.NewError(name.ID(), "argument must be a simple name")
		}
	}
	key, v := args[0].AsIdent(), args[1].AsIdent()
	if key == v {
		return nil, h.NewError(args[1].ID(), "duplicate variable name: "+key)
	}
	last := len(args) - 1
	step := h.NewCall(operators.Add, h.NewAccuIdent(), h.NewList(element(args[last])))
	if last == 3 {
		step = h.NewCall(operators.Conditional, args[2], step, h.NewAccuIdent())
	}
	return h.NewComprehensionTwoVar(target, key, v, h.AccuIdentName(),
		h.NewList(), h.NewLiteral(types.True), step, h.NewCall(function, h.NewAccuIdent())), nil
}

// ofPairs makes a map of a list of keys with their values.
func ofPairs(pairs ref.Val) ref.Val {
	return gathered(pairs, func(m *ordered, pair ref.Val) ref.Val {
		l := pair.(traits.Lister)
		return m.insert(l.Get(types.Int(0)), l.Get(types.Int(1)))
	})
}

// ofMaps makes one map of a list of maps.
func ofMaps(maps ref.Val) ref.Val {
	return gathered(maps, func(m *ordered, entries ref.Val) ref.Val {
		from, ok := entries.(traits.Mapper)
		if !ok {
			return types.NewErr("an entry of a map is a map, not of type '%s'", entries.Type().TypeName())
		}
		for it := from.Iterator(); it.HasNext() == types.True; {
			key := it.Next()
			if err := m.insert(key, from.Get(key)); err != nil {
				return err
			}
		}
		return nil
	})
}

func gathered(parts ref.Val, add func(*ordered, ref.Val) ref.Val) ref.Val {
	l, ok := parts.(traits.Lister)
	if !ok {
		return types.MaybeNoSuchOverloadErr(parts)
	}
	made := newOrdered(0)
	for it := l.Iterator(); it.HasNext() == types.True; {
		if err := add(made, it.Next()); err != nil {
			return err
		}
	}
	return made
}

// insert puts an entry that must be new; the result is an error or nil.
func (m *ordered) insert(key, v ref.Val) ref.Val {
	switch {
	case types.IsUnknownOrError(key):
		return key
	case types.IsUnknownOrError(v):
		return v
	case !isKey(key):
		return types.NewErr("a key of a map is a string, a bool or a whole number, not of type '%s'", key.Type().TypeName())
	}
	if _, found := m.place(key); found {
		return types.NewErr("the key %v comes twice", key)
	}
	m.put(key, v)
	return nil
}
