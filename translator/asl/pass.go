package asl

var passFields = &Structure{
	Name: "Pass state",
	Fields: with(ongoing,
		Field{Name: "Parameters", Shape: Template, In: pathLanguages},
		Field{Name: "Result", Shape: Literal, In: pathLanguages},
		Field{Name: "ResultPath", Shape: ResultPath, In: pathLanguages},
	),
	One: [][]string{nextOrEnd},
}
