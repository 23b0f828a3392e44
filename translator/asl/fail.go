package asl

var failFields = &Structure{
	Name: "Fail state",
	Fields: with(common,
		Field{Name: "Error", Shape: Text, Expression: true},
		Field{Name: "ErrorPath", Shape: PathOrIntrinsic, In: pathLanguages},
		Field{Name: "Cause", Shape: Text, Expression: true},
		Field{Name: "CausePath", Shape: PathOrIntrinsic, In: pathLanguages},
	),
	AtMostOne: [][]string{{"Error", "ErrorPath"}, {"Cause", "CausePath"}},
}
