package asl

import "slices"

// TopLevel are the fields of a whole definition.
func TopLevel() *Structure { return topLevelFields }

// Branch are the fields of a branch of a Parallel.
func Branch() *Structure { return branchFields }

// ItemProcessor are the fields of the processor of a Map.
func ItemProcessor() *Structure { return itemProcessorFields }

// Processor are the fields of an ItemProcessor that stands by itself, which
// names the query language that was in force around it.
func Processor() *Structure { return processorFields }

// block are the fields of every States block.
var block = []Field{
	{Name: "Comment", Shape: Text},
	queryLanguage,
	{Name: "States", Shape: States, Required: true},
	{Name: "StartAt", Shape: StateName, Required: true},
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

// itemProcessorFields: the QueryLanguage of a whole machine holds in its
// processors, which cannot name one (by public measurements; the JSON schema
// that AWS publishes has the field).
var itemProcessorFields = &Structure{
	Name:   processorFields.Name,
	Fields: slices.DeleteFunc(slices.Clone(processorFields.Fields), func(f Field) bool { return f.Name == "QueryLanguage" }),
}

func processorConfig() *Structure { return processorConfigFields }

var processorConfigFields = &Structure{
	Name: "ProcessorConfig",
	Fields: []Field{
		{Name: "Mode", Shape: Enum, Values: []string{"INLINE", "DISTRIBUTED"}},
		{Name: "ExecutionType", Shape: Enum, Values: []string{"STANDARD", "EXPRESS"}, Distributed: true, Required: true},
	},
}
