package asl

// maxItems is the most items that one Map Run reads (AWS, "ItemReader (Map)").
const maxItems = 100_000_000

var mapFields = &Structure{
	Name: "Map state",
	Fields: with(working,
		Field{Name: "ItemProcessor", Shape: NestedMachine, Of: ItemProcessor},
		Field{Name: "Iterator", Shape: NestedMachine, Of: ItemProcessor, OldNameOf: "ItemProcessor"},
		Field{Name: "ItemsPath", Shape: ReferencePath, In: pathLanguages},
		Field{Name: "Items", Shape: Template, In: expressionLanguages},
		Field{Name: "ItemSelector", Shape: Template},
		Field{Name: "Parameters", Shape: Template, In: pathLanguages, OldNameOf: "ItemSelector"},
		Field{Name: "MaxConcurrency", Shape: Integer, Min: 0, Max: maxItems, Expression: true},
		Field{Name: "MaxConcurrencyPath", Shape: ReferencePath, In: pathLanguages, NoContext: true},
		Field{Name: "Label", Shape: LabelText, Max: 40, Distributed: true},
		Field{Name: "ItemReader", Shape: Object, Of: itemReader, Distributed: true},
		Field{Name: "ItemBatcher", Shape: Object, Of: itemBatcher, Distributed: true},
		Field{Name: "ResultWriter", Shape: Object, Of: resultWriter, Distributed: true},
		Field{Name: "ToleratedFailureCount", Shape: Integer, Min: 0, Max: maxItems, Expression: true, Distributed: true},
		Field{Name: "ToleratedFailureCountPath", Shape: ReferencePath, In: pathLanguages, NoContext: true, Distributed: true},
		Field{Name: "ToleratedFailurePercentage", Shape: Number, Min: 0, Max: 100, Expression: true, Distributed: true},
		Field{Name: "ToleratedFailurePercentagePath", Shape: ReferencePath, In: pathLanguages, NoContext: true, Distributed: true},
	),
	One: [][]string{nextOrEnd, {"ItemProcessor", "Iterator"}},
	AtMostOne: [][]string{
		{"ItemSelector", "Parameters"},
		{"MaxConcurrency", "MaxConcurrencyPath"},
		{"ToleratedFailureCount", "ToleratedFailureCountPath"},
		{"ToleratedFailurePercentage", "ToleratedFailurePercentagePath"},
	},
}

func itemReader() *Structure { return itemReaderFields }

var itemReaderFields = &Structure{
	Name: "ItemReader",
	Fields: []Field{
		{Name: "Resource", Shape: ARN, Required: true, Values: []string{"arn:<partition>:states:::s3:getObject", "arn:<partition>:states:::s3:listObjectsV2"}},
		{Name: "Parameters", Shape: Template, In: pathLanguages},
		{Name: "Arguments", Shape: Template, In: expressionLanguages},
		{Name: "ReaderConfig", Shape: Object, Of: readerConfig},
	},
}

func readerConfig() *Structure { return readerConfigFields }

var readerConfigFields = &Structure{
	Name: "ReaderConfig",
	Fields: []Field{
		{Name: "InputType", Shape: Enum, Values: []string{"MANIFEST", "JSON", "CSV", "JSONL", "PARQUET"}},
		{Name: "ManifestType", Shape: Enum, Values: []string{"ATHENA_DATA", "S3_INVENTORY"}},
		{Name: "Transformation", Shape: Enum, Values: []string{"NONE", "LOAD_AND_FLATTEN"}},
		{Name: "CSVHeaderLocation", Shape: Enum, Values: []string{"FIRST_ROW", "GIVEN"}},
		{Name: "CSVHeaders", Shape: Texts},
		{Name: "CSVDelimiter", Shape: Enum, Values: []string{"COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"}},
		{Name: "ItemsPointer", Shape: Pointer, Max: 2000},
		{Name: "MaxItems", Shape: Integer, Min: 0, Max: maxItems, Expression: true},
		{Name: "MaxItemsPath", Shape: ReferencePath, In: pathLanguages, NoContext: true},
	},
	AtMostOne: [][]string{{"MaxItems", "MaxItemsPath"}},
}

func itemBatcher() *Structure { return itemBatcherFields }

// maxBatchBytes is the largest MaxInputBytesPerBatch (AWS, "ItemBatcher (Map)").
const maxBatchBytes = 262_144

var itemBatcherFields = &Structure{
	Name: "ItemBatcher",
	Fields: []Field{
		{Name: "BatchInput", Shape: Template},
		{Name: "MaxItemsPerBatch", Shape: Integer, Min: 1, Max: maxItems, Expression: true},
		{Name: "MaxItemsPerBatchPath", Shape: ReferencePath, In: pathLanguages, NoContext: true},
		{Name: "MaxInputBytesPerBatch", Shape: Integer, Min: 1, Max: maxBatchBytes, Expression: true},
		{Name: "MaxInputBytesPerBatchPath", Shape: ReferencePath, In: pathLanguages, NoContext: true},
	},
	AtMostOne:  [][]string{{"MaxItemsPerBatch", "MaxItemsPerBatchPath"}, {"MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"}},
	AtLeastOne: [][]string{{"MaxItemsPerBatch", "MaxItemsPerBatchPath", "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"}},
}

func resultWriter() *Structure { return resultWriterFields }

var resultWriterFields = &Structure{
	Name: "ResultWriter",
	Fields: []Field{
		{Name: "Resource", Shape: ARN, Values: []string{"arn:<partition>:states:::s3:putObject"}},
		{Name: "Parameters", Shape: Template, In: pathLanguages},
		{Name: "Arguments", Shape: Template, In: expressionLanguages},
		{Name: "WriterConfig", Shape: Object, Of: writerConfig},
	},
	AtLeastOne: [][]string{{"Resource", "WriterConfig"}},
}

func writerConfig() *Structure { return writerConfigFields }

var writerConfigFields = &Structure{
	Name: "WriterConfig",
	Fields: []Field{
		{Name: "Transformation", Shape: Enum, Required: true, Values: []string{"NONE", "COMPACT", "FLATTEN"}},
		{Name: "OutputType", Shape: Enum, Required: true, Values: []string{"JSON", "JSONL"}},
	},
}
