package asl

var choiceFields = &Structure{
	Name: "Choice state",
	Fields: with(flowing,
		Field{Name: "Choices", Shape: Objects, Required: true, Of: choiceRule},
		Field{Name: "Default", Shape: StateName},
		Field{Name: "Assign", Shape: Variables},
	),
}

// choiceRule is an entry of Choices.
func choiceRule() *Structure { return choiceRuleFields }

var choiceRuleFields = &Structure{
	Name: "Choice rule",
	Fields: with(NestedRule().Fields,
		Field{Name: "Next", Shape: StateName, Required: true},
		Field{Name: "Assign", Shape: Variables},
		Field{Name: "Condition", Shape: Condition, In: expressionLanguages, Required: true},
		Field{Name: "Output", Shape: Template, In: expressionLanguages},
	),
}

// NestedRule is a rule inside And, Or and Not, which only tests. Exactly one
// operator or combinator must be there, with a Variable when it is an operator.
func NestedRule() *Structure {
	return &Structure{
		Name: "Comparison",
		Fields: with(Comparisons(),
			Field{Name: "Comment", Shape: Text},
			Field{Name: "Variable", Shape: Path, In: pathLanguages},
			Field{Name: "And", Shape: Objects, In: pathLanguages, Of: NestedRule},
			Field{Name: "Or", Shape: Objects, In: pathLanguages, Of: NestedRule},
			Field{Name: "Not", Shape: Object, In: pathLanguages, Of: NestedRule},
		),
	}
}

// Combinators are the fields of a rule that hold further rules.
func Combinators() []string { return []string{"And", "Or", "Not"} }

// Comparisons are the operators of a rule that compare a Variable (Amazon
// States Language, "Choice State").
func Comparisons() []Field {
	var fields []Field
	for _, family := range []struct {
		name  string
		shape Shape
	}{{"String", Text}, {"Numeric", Number}, {"Timestamp", Timestamp}} {
		for _, relation := range []string{"Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals"} {
			fields = append(fields, comparison(family.name+relation, family.shape)...)
		}
	}
	fields = append(fields, comparison("BooleanEquals", Boolean)...)
	fields = append(fields, Field{Name: "StringMatches", Shape: Text, In: pathLanguages})
	for _, test := range []string{"IsNull", "IsPresent", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp"} {
		fields = append(fields, Field{Name: test, Shape: Boolean, In: pathLanguages})
	}
	return fields
}

func comparison(name string, shape Shape) []Field {
	return []Field{
		{Name: name, Shape: shape, In: pathLanguages},
		{Name: name + "Path", Shape: ReferencePath, In: pathLanguages},
	}
}
