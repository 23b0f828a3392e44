package program

import "github.com/seed-a99ddb6e/stepwell/translator/expr"

// Map is what a Map state does.
type Map struct {
	// Processor runs for each item; for a distributed Map it is the root of
	// Distributed.Item.
	Processor *Machine
	// Items gives the items (ItemsPath or Items); nil means the effective input.
	Items          expr.Expr
	ItemSelector   expr.Expr
	MaxConcurrency Number
	// Distributed is nil for an inline Map.
	Distributed *Distributed
}

// Distributed is what a Distributed Map has beyond an inline one.
type Distributed struct {
	// Item is the ItemProcessor as a program of its own. Its Type is the
	// ExecutionType.
	Item *Program
	// Definition is the text of a machine of this Map state alone (without
	// Next, Retry and Catch), which translates to the same Map: what a Map Run
	// carries.
	Definition string
	// ArraysOnly refuses objects to iterate over, as an inline Map does. It is set
	// for one that is tested alone.
	ArraysOnly                 bool
	Label                      string
	Reader                     *ItemReader
	Batcher                    *ItemBatcher
	Writer                     *ResultWriter
	ToleratedFailureCount      Number
	ToleratedFailurePercentage Number
	Leaf                       Leaf
}

// ItemReader is where a Distributed Map's items come from.
type ItemReader struct {
	Resource   string
	Parameters expr.Expr
	Config     ReaderConfig
	MaxItems   Number
}

// ReaderConfig is the constant part of ReaderConfig (AWS, "ItemReader (Map)").
type ReaderConfig struct {
	InputType         string   `json:"inputType,omitempty"`
	ManifestType      string   `json:"manifestType,omitempty"`
	Transformation    string   `json:"transformation,omitempty"`
	CSVHeaderLocation string   `json:"csvHeaderLocation,omitempty"`
	CSVHeaders        []string `json:"csvHeaders,omitempty"`
	CSVDelimiter      string   `json:"csvDelimiter,omitempty"`
	ItemsPointer      string   `json:"itemsPointer,omitempty"`
}

// ItemBatcher groups items. At least one limit is set.
type ItemBatcher struct {
	MaxItemsPerBatch      Number
	MaxInputBytesPerBatch Number
	BatchInput            expr.Expr
}

// ResultWriter is how the results of a Distributed Map are written. Resource
// is empty when nothing is exported to S3.
type ResultWriter struct {
	Resource   string
	Parameters expr.Expr
	// Transformation and OutputType are empty when there is no WriterConfig.
	Transformation, OutputType string
}
