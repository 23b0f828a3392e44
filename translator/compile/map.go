package compile

import (
	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

func (s *state) mapping() *program.Map {
	m := &program.Map{
		Items:          s.language.items(s.compiler, s.object),
		ItemSelector:   s.language.template(s.compiler, s.object, s.selector()),
		MaxConcurrency: s.number("MaxConcurrency"),
		Processor:      &program.Machine{},
	}
	if len(s.from.Nested) == 0 {
		s.unchecked(s.object, "ItemProcessor", "is missing")
		return m
	}
	if s.from.IsDistributed() {
		m.Distributed = s.distributed(s.from.Nested[0])
		m.Processor = m.Distributed.Item.Root()
	} else {
		m.Processor = s.machine(s.from.Nested[0])
	}
	return m
}

// selector gives the field that selects what an iteration gets; Parameters is
// its old name.
func (s *state) selector() string {
	if s.from.Language == asl.JSONPath && !s.has("ItemSelector") {
		return "Parameters"
	}
	return "ItemSelector"
}

func (s *state) distributed(processor *asl.Machine) *program.Distributed {
	item := s.processor(processor)
	return &program.Distributed{
		Item:                       item,
		Definition:                 s.alone().String(),
		Label:                      s.label(),
		Reader:                     s.reader(),
		Batcher:                    s.batcher(),
		Writer:                     s.writer(),
		ToleratedFailureCount:      s.number("ToleratedFailureCount"),
		ToleratedFailurePercentage: s.number("ToleratedFailurePercentage"),
		Leaf:                       program.PlanLeaf(item, s.options.Leaf),
	}
}

// alone gives the definition of a machine of this Map state alone: what its
// Map Runs carry. The label is written in, since it may come from the state's
// place.
func (s *state) alone() value.Value {
	fields := value.NewObject(s.from.Node.Value.Len() + 2)
	for i, v := range s.from.Node.Value.Elements() {
		switch name := s.from.Node.Value.NameAt(i); name {
		case "Next", "End", "Retry", "Catch", "Assign", "ResultPath", "ResultSelector", "OutputPath", "Output":
		default:
			fields.Put(name, v)
		}
	}
	fields.Put("Label", value.OfString(s.label()))
	fields.Put("End", value.True)
	top := value.NewObject(3)
	if s.from.Machine.Language != asl.JSONPath {
		top.Put("QueryLanguage", value.OfString(s.from.Machine.Language))
	}
	top.Put("StartAt", value.OfString(s.from.Name))
	top.Put("States", value.OfObject(value.Member{Name: s.from.Name, Value: fields.Value()}))
	return top.Value()
}

func (s *state) reader() *program.ItemReader {
	if !s.has("ItemReader") {
		return nil
	}
	o := s.field("ItemReader")
	config := o.field("ReaderConfig")
	return &program.ItemReader{
		Resource:   o.text("Resource"),
		Parameters: s.language.template(s.compiler, o, s.language.arguments()),
		MaxItems:   s.language.number(s.compiler, config, "MaxItems"),
		Config: program.ReaderConfig{
			InputType:         config.text("InputType"),
			ManifestType:      config.text("ManifestType"),
			Transformation:    config.text("Transformation"),
			CSVHeaderLocation: config.text("CSVHeaderLocation"),
			CSVHeaders:        config.texts("CSVHeaders"),
			CSVDelimiter:      config.text("CSVDelimiter"),
			ItemsPointer:      config.text("ItemsPointer"),
		},
	}
}

func (s *state) batcher() *program.ItemBatcher {
	if !s.has("ItemBatcher") {
		return nil
	}
	o := s.field("ItemBatcher")
	return &program.ItemBatcher{
		MaxItemsPerBatch:      s.language.number(s.compiler, o, "MaxItemsPerBatch"),
		MaxInputBytesPerBatch: s.language.number(s.compiler, o, "MaxInputBytesPerBatch"),
		BatchInput:            s.language.template(s.compiler, o, "BatchInput"),
	}
}

func (s *state) writer() *program.ResultWriter {
	if !s.has("ResultWriter") {
		return nil
	}
	o := s.field("ResultWriter")
	config := o.field("WriterConfig")
	return &program.ResultWriter{
		Resource:       o.text("Resource"),
		Parameters:     s.language.template(s.compiler, o, s.language.arguments()),
		Transformation: config.text("Transformation"),
		OutputType:     config.text("OutputType"),
	}
}
