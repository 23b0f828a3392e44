package asl

var waitFields = &Structure{
	Name: "Wait state",
	Fields: with(ongoing,
		Field{Name: "Seconds", Shape: Integer, Min: 0, Max: maxSeconds, Expression: true},
		Field{Name: "SecondsPath", Shape: ReferencePath, In: pathLanguages},
		Field{Name: "Timestamp", Shape: Timestamp, Expression: true},
		Field{Name: "TimestampPath", Shape: ReferencePath, In: pathLanguages},
	),
	One: [][]string{nextOrEnd, {"Seconds", "SecondsPath", "Timestamp", "TimestampPath"}},
}
