package asl

// StateTypes are the types of states in the order in which AWS lists them.
func StateTypes() []string {
	return []string{"Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map"}
}

// StateFields gives the fields of a state of the type, nil when there is no
// such type.
func StateFields(stateType string) *Structure {
	switch stateType {
	case "Task":
		return taskFields
	case "Wait":
		return waitFields
	case "Pass":
		return passFields
	case "Succeed":
		return succeedFields
	case "Fail":
		return failFields
	case "Choice":
		return choiceFields
	case "Parallel":
		return parallelFields
	case "Map":
		return mapFields
	}
	return nil
}

// common are the fields of every state.
var common = []Field{
	{Name: "Type", Shape: Enum, Required: true, Values: StateTypes()},
	{Name: "Comment", Shape: Text},
	queryLanguage,
}

// flowing are the fields of every state that passes its input on.
var flowing = with(common,
	Field{Name: "InputPath", Shape: NullablePath, In: pathLanguages},
	Field{Name: "OutputPath", Shape: NullablePath, In: pathLanguages},
	Field{Name: "Output", Shape: Template, In: expressionLanguages},
)

// ongoing are the fields of states that go to a next one or end the machine.
var ongoing = with(flowing,
	Field{Name: "Next", Shape: StateName},
	Field{Name: "End", Shape: Boolean},
	Field{Name: "Assign", Shape: Variables},
)

// nextOrEnd is the rule that goes with ongoing.
var nextOrEnd = []string{"Next", "End"}

// working are the fields of states that do work which can fail.
var working = with(ongoing,
	Field{Name: "ResultSelector", Shape: Template, In: pathLanguages},
	Field{Name: "ResultPath", Shape: ResultPath, In: pathLanguages},
	Field{Name: "Retry", Shape: Objects, Of: retrier},
	Field{Name: "Catch", Shape: Objects, Of: catcher},
)
