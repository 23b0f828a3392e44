package asl

// Bounds of a retrier (AWS, "Handling errors in Step Functions workflows").
const maxDelaySeconds = 31_622_400

func retrier() *Structure { return retrierFields }

var retrierFields = &Structure{
	Name: "Retrier",
	Fields: []Field{
		{Name: "ErrorEquals", Shape: ErrorNames, Required: true},
		{Name: "IntervalSeconds", Shape: Integer, Min: 1, Max: maxSeconds},
		{Name: "MaxAttempts", Shape: Integer, Min: 0, Max: maxSeconds},
		{Name: "BackoffRate", Shape: Number, Min: 1, Max: maxSeconds},
		{Name: "MaxDelaySeconds", Shape: Integer, Min: 1, Max: maxDelaySeconds},
		{Name: "JitterStrategy", Shape: Enum, Values: []string{"NONE", "FULL"}},
		{Name: "Comment", Shape: Text},
	},
}

func catcher() *Structure { return catcherFields }

var catcherFields = &Structure{
	Name: "Catcher",
	Fields: []Field{
		{Name: "ErrorEquals", Shape: ErrorNames, Required: true},
		{Name: "Next", Shape: StateName, Required: true},
		{Name: "ResultPath", Shape: ResultPath, In: pathLanguages},
		{Name: "Output", Shape: Template, In: expressionLanguages},
		{Name: "Assign", Shape: Variables},
		{Name: "Comment", Shape: Text},
	},
}
