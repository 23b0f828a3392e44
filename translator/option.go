package translator

import "github.com/seed-a99ddb6e/stepwell/translator/program"

// Option changes how [Translate] reads a definition and [Report] names it.
type Option func(*settings)

func settingsOf(options []Option) *settings {
	s := &settings{name: "definition", as: program.Standard}
	for _, set := range options {
		set(s)
	}
	return s
}

type settings struct {
	name      string
	as        program.Type
	processor bool
	leaf      program.LeafKind
	strict    bool
}

// Named says what the text is called by [Report], such as the name of its file.
// Without it, "definition".
func Named(name string) Option { return func(s *settings) { s.name = name } }

// OfType says which type of state machine the definition is for: Express
// machines may not hold everything. Without it, Standard.
func OfType(t program.Type) Option { return func(s *settings) { s.as = t } }

// AsProcessor says that the text is the ItemProcessor of a Distributed Map. Its
// type is the ExecutionType of its ProcessorConfig, whatever OfType says. The
// program equals the Item of the map that the text comes from.
func AsProcessor() Option { return func(s *settings) { s.processor = true } }

// Strict refuses what AWS does not have, such as the query language CEL, with
// the diagnostics of AWS.
func Strict() Option { return func(s *settings) { s.strict = true } }

// Leaf asks for the leaf of all Distributed Maps of the definition, as
// [program.PlanLeaf] says: a map whose processor cannot run in it keeps the
// planned one. The choice is no part of the definition and does not change the
// digest.
func Leaf(kind program.LeafKind) Option { return func(s *settings) { s.leaf = kind } }
