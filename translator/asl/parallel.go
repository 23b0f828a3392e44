package asl

var parallelFields = &Structure{
	Name: "Parallel state",
	Fields: with(working,
		Field{Name: "Branches", Shape: NestedMachines, Required: true, Of: Branch},
		Field{Name: "Parameters", Shape: Template, In: pathLanguages},
		Field{Name: "Arguments", Shape: Template, In: expressionLanguages},
	),
	One: [][]string{nextOrEnd},
}
