package cel

import (
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/interpreter"
)

// orderedMaps puts map literals that keep their order in the place of those of
// the interpreter, which are Go maps.
func orderedMaps(tree *ast.AST) interpreter.InterpretableDecoratorV2 {
	optional := map[int64][]bool{} // which entries of a literal are optional, by its id
	walk(tree.Expr(), func(e ast.Expr, _ []string) {
		if e.Kind() == ast.MapKind {
			for _, entry := range e.AsMap().Entries() {
				optional[e.ID()] = append(optional[e.ID()], entry.AsMapEntry().IsOptional())
			}
		}
	})
	return func(i interpreter.InterpretableV2) (interpreter.InterpretableV2, error) {
		made, ok := i.(interpreter.InterpretableConstructor)
		if !ok || made.Type() != types.MapType {
			return i, nil
		}
		return &mapLiteral{made, made.InitVals(), optional[made.ID()]}, nil
	}
}

// mapLiteral is {key: value, ...}; entries are its keys and values in turn.
type mapLiteral struct {
	interpreter.InterpretableConstructor
	entries  []interpreter.InterpretableV2
	optional []bool
}

// Exec makes the map.
func (m *mapLiteral) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	made := newOrdered(len(m.optional))
	for i, optional := range m.optional {
		key := m.entries[2*i].Exec(frame)
		if types.IsUnknownOrError(key) {
			return key
		}
		if !isKey(key) {
			return types.NewErr("a key of a map is a string, a bool or a whole number, not of type '%s'", key.Type().TypeName())
		}
		v := m.entries[2*i+1].Exec(frame)
		if types.IsUnknownOrError(v) {
			return v
		}
		if optional {
			o, ok := v.(*types.Optional)
			if !ok {
				return types.NewErr("the value of an optional entry is an optional, not of type '%s'", v.Type().TypeName())
			}
			if !o.HasValue() {
				continue
			}
			v = o.GetValue()
		}
		made.put(key, v)
	}
	return made
}

// Eval makes the map.
func (m *mapLiteral) Eval(vars interpreter.Activation) ref.Val {
	return m.Exec(interpreter.AsFrame(vars))
}
