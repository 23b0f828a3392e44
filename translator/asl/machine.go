package asl

// TopLevel are the fields of a whole definition.
func TopLevel() *Structure { return topLevelFields }

// Branch are the fields of a branch of a Parallel.
func Branch() *Structure { return branchFields }

// Processor are the fields of an ItemProcessor.
func Processor() *Structure { return processorFields }

// block are the fields of every States block.
var block = []Field{
	{Name: "Comment", Shape: Text},
	{Name: "QueryLanguage", Shape: Enum, Values: []string{JSONPath, JSONata}},
	{Name: "StartAt", Shape: StateName, Required: true},
	{Name: "States", Shape: States, Required: true},
}

var topLevelFields = &Structure{
	Name: "state machine",
	Fields: with(block,
		Field{Name: "TimeoutSeconds", Shape: Integer, Min: 1, Max: maxSeconds},
		Field{Name: "Version", Shape: Enum, Values: []string{"1.0"}},
	),
}

var branchFields = &Structure{Name: "branch", Fields: block}

var processorFields = &Structure{
	Name:   "ItemProcessor",
	Fields: with(block, Field{Name: "ProcessorConfig", Shape: Object, Of: processorConfig}),
}

func processorConfig() *Structure { return processorConfigFields }

var processorConfigFields = &Structure{
	Name: "ProcessorConfig",
	Fields: []Field{
		{Name: "Mode", Shape: Enum, Values: []string{"INLINE", "DISTRIBUTED"}},
		{Name: "ExecutionType", Shape: Enum, Values: []string{"STANDARD", "EXPRESS"}, Distributed: true, Required: true},
	},
}
