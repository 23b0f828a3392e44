package asl

var taskFields = &Structure{
	Name: "Task state",
	Fields: with(working,
		Field{Name: "Resource", Shape: ARN, Required: true},
		Field{Name: "Parameters", Shape: Template, In: pathLanguages},
		Field{Name: "Arguments", Shape: Template, In: expressionLanguages},
		Field{Name: "Credentials", Shape: Object, Of: credentials, Expression: true},
		Field{Name: "TimeoutSeconds", Shape: Integer, Min: 1, Max: maxSeconds, Expression: true},
		Field{Name: "TimeoutSecondsPath", Shape: ReferencePath, In: pathLanguages},
		Field{Name: "HeartbeatSeconds", Shape: Integer, Min: 1, Max: maxSeconds, Expression: true},
		Field{Name: "HeartbeatSecondsPath", Shape: ReferencePath, In: pathLanguages},
	),
	One:       [][]string{nextOrEnd},
	AtMostOne: [][]string{{"TimeoutSeconds", "TimeoutSecondsPath"}, {"HeartbeatSeconds", "HeartbeatSecondsPath"}},
}

func credentials() *Structure { return credentialsFields }

// credentialsFields: other members are not refused by AWS, as recorded
// answers name only RoleArn as missing; RoleArn.$ is the JSONPath spelling.
var credentialsFields = &Structure{
	Name: "Credentials",
	Fields: []Field{
		{Name: "RoleArn", Shape: Text, Expression: true},
		{Name: "RoleArn.$", Shape: PathOrIntrinsic, In: pathLanguages},
	},
	One: [][]string{{"RoleArn", "RoleArn.$"}},
}
