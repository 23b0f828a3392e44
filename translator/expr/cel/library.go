package cel

import (
	"math"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"github.com/google/cel-go/interpreter"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// library are the functions that are not CEL's own: now(), random(), uuid(),
// json.decode and json.encode, and what the macros of maps expand to.
type library struct{}

// The functions that macros expand to; no text can spell them.
const (
	functionOfPairs = "stepwell.@ofPairs"
	functionOfMaps  = "stepwell.@ofMaps"
)

// CompileOptions declares the functions and macros.
func (library) CompileOptions() []cel.EnvOption {
	anyMap := cel.MapType(cel.DynType, cel.DynType)
	return []cel.EnvOption{
		cel.Variable(nowName, cel.TimestampType),
		cel.Variable(randomName, cel.DoubleType),
		cel.Variable(uuidName, cel.StringType),
		cel.Macros(
			cel.GlobalMacro("now", 0, reads(nowName)),
			cel.GlobalMacro("random", 0, reads(randomName)),
			cel.GlobalMacro("uuid", 0, reads(uuidName)),
			cel.ReceiverMacro("transformMap", 3, transformMap),
			cel.ReceiverMacro("transformMap", 4, transformMap),
			cel.ReceiverMacro("transformMapEntry", 3, transformMapEntry),
			cel.ReceiverMacro("transformMapEntry", 4, transformMapEntry),
		),
		cel.Function(functionOfPairs, cel.Overload("map_of_pairs",
			[]*cel.Type{cel.ListType(cel.DynType)}, anyMap, cel.UnaryBinding(ofPairs))),
		cel.Function(functionOfMaps, cel.Overload("map_of_maps",
			[]*cel.Type{cel.ListType(cel.DynType)}, anyMap, cel.UnaryBinding(ofMaps))),
		cel.Function("json.decode", cel.Overload("json_decode_string",
			[]*cel.Type{cel.StringType}, cel.DynType, cel.UnaryBinding(decodeJSON))),
		cel.Function("json.encode", cel.Overload("json_encode_dyn",
			[]*cel.Type{cel.DynType}, cel.StringType, cel.UnaryBinding(encodeJSON))),
	}
}

// ProgramOptions adds none.
func (library) ProgramOptions() []cel.ProgramOption { return nil }

// costs say what the functions cost that do work for each element or byte.
func costs() []interpreter.CostTrackerOption {
	return []interpreter.CostTrackerOption{
		interpreter.OverloadCostTracker("map_of_pairs", func(args []ref.Val, _ ref.Val) *uint64 { return cost(args[0], 1) }),
		interpreter.OverloadCostTracker("map_of_maps", func(args []ref.Val, _ ref.Val) *uint64 { return cost(args[0], 1) }),
		interpreter.OverloadCostTracker("json_decode_string", func(args []ref.Val, _ ref.Val) *uint64 { return cost(args[0], 0.1) }),
		interpreter.OverloadCostTracker("json_encode_dyn", func(_ []ref.Val, result ref.Val) *uint64 { return cost(result, 0.1) }),
	}
}

// cost is what a function costs that looks at all of a text or list.
func cost(v ref.Val, factor float64) *uint64 {
	c := uint64(1)
	if sizer, ok := v.(traits.Sizer); ok {
		if n, ok := sizer.Size().(types.Int); ok {
			c += uint64(math.Ceil(float64(n) * factor))
		}
	}
	return &c
}

// reads gives the macro of a function without arguments that is not a function
// of its arguments: it reads a variable.
func reads(name string) cel.MacroFactory {
	return func(h cel.MacroExprFactory, _ ast.Expr, _ []ast.Expr) (ast.Expr, *cel.Error) {
		return h.NewIdent(name), nil
	}
}

// decodeJSON gives the value of a JSON text.
func decodeJSON(text ref.Val) ref.Val {
	s, ok := text.(types.String)
	if !ok {
		return types.MaybeNoSuchOverloadErr(text)
	}
	v, err := value.ParseString(string(s))
	if err != nil {
		return types.NewErr("%v", err)
	}
	return wrap(v)
}

// encodeJSON gives the compact JSON text of a value.
func encodeJSON(v ref.Val) ref.Val {
	if types.IsUnknownOrError(v) {
		return v
	}
	r := reader{left: MaxSize}
	made, err := r.read(v)
	if err != nil {
		return types.NewErr("%s", err.Message)
	}
	return types.String(made.String())
}
