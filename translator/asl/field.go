package asl

import "slices"

// Shape is what the value of a field may be.
type Shape uint8

// The shapes. What is said of an expression holds for query languages whose
// expressions stand inside of texts: JSONata and CEL.
const (
	// Text is a string.
	Text Shape = iota + 1
	// Enum is one of the strings in Values.
	Enum
	// StateName is the name of a state of the same machine.
	StateName
	// Boolean is true or false.
	Boolean
	// Integer is a whole number from Min to Max.
	Integer
	// Number is a number from Min to Max.
	Number
	// Timestamp is an RFC 3339 time with a capital T, and Z or an offset.
	Timestamp
	// Path is a JSONPath.
	Path
	// NullablePath is a JSONPath or null.
	NullablePath
	// ReferencePath is a JSONPath that names one place.
	ReferencePath
	// ResultPath is a reference path that begins with $, or null.
	ResultPath
	// PathOrIntrinsic is a reference path, or a call of an intrinsic function
	// that gives a string.
	PathOrIntrinsic
	// Template is any JSON value in which names that end in .$ hold paths and
	// intrinsic functions (JSONPath), or texts may be expressions (others).
	Template
	// Literal is any JSON value, taken as it stands.
	Literal
	// Variables is an object of workflow variables: a Template whose names are
	// identifiers.
	Variables
	// Condition is a boolean, or an expression that gives one.
	Condition
	// ErrorNames is an array of error names that is not empty.
	ErrorNames
	// Texts is an array of strings that is not empty.
	Texts
	// ARN is the Resource of a task, a reader or a writer. With Values only
	// these are accepted, whatever their partition.
	ARN
	// LabelText is a Label: a string of at most Max characters with restrictions.
	LabelText
	// Pointer is a JSON Pointer (RFC 6901) of less than Max characters.
	Pointer
	// Object is an object with the fields of Of.
	Object
	// Objects is an array of them that is not empty.
	Objects
	// NestedMachine is an object that is a machine with the fields of Of.
	NestedMachine
	// NestedMachines is an array of them that is not empty.
	NestedMachines
	// States is an object of states that is not empty.
	States
)

// Languages are the query languages that have a field; none means all.
type Languages []string

// Has reports whether the field exists in the language.
func (l Languages) Has(language string) bool {
	return len(l) == 0 || slices.Contains(l, language)
}

// The two groups of languages that fields belong to: JSONPath with its fields
// for paths, and those whose expressions stand inside of texts.
var (
	pathLanguages       = Languages{JSONPath}
	expressionLanguages = Languages{JSONata, CEL}
)

// HasExpressions reports whether the expressions of a query language stand
// inside of texts.
func HasExpressions(language string) bool { return slices.Contains(expressionLanguages, language) }

// OfAWS gives the languages that AWS has.
func (l Languages) OfAWS() Languages {
	return slices.DeleteFunc(slices.Clone(l), func(language string) bool { return language == CEL })
}

// queryLanguage is the field that names a query language.
var queryLanguage = Field{Name: "QueryLanguage", Shape: Enum, Values: []string{JSONPath, JSONata}, Extensions: []string{CEL}}

// Field is one row of the table: what is legal for a field.
type Field struct {
	Name     string
	Shape    Shape
	Required bool
	// In are the query languages that have the field.
	In Languages
	// Expression tells that in an expression language the value may be one
	// expression in place of what Shape says.
	Expression bool
	// Min and Max bound an Integer or Number; Max bounds the length of a LabelText
	// or Pointer.
	Min, Max int64
	// Values are the strings of an Enum, or the resources of an ARN.
	Values []string
	// Extensions are further strings of an Enum, which AWS does not have.
	Extensions []string
	// Of gives the structure of an Object, of Objects, or of a machine.
	Of func() *Structure
	// NoContext tells that a ReferencePath may not lead into the context object.
	NoContext bool
	// Distributed tells that only a Distributed Map has the field.
	Distributed bool
	// OldNameOf is the present name of a field that AWS has renamed and still
	// accepts; both together are a fault.
	OldNameOf string
}

// Structure is an object with known fields.
type Structure struct {
	// Name says what it is, for people: "Task state", "Retrier".
	Name   string
	Fields []Field
	// One are groups of fields of which exactly one must be there.
	One [][]string
	// AtMostOne are groups of fields that exclude each other.
	AtMostOne [][]string
	// AtLeastOne are groups of fields of which one or more must be there.
	AtLeastOne [][]string
	// Together are groups of fields that must be there all or not at all.
	Together [][]string
}

// Field gives the row for the name, nil when the structure has no such field.
func (s *Structure) Field(name string) *Field {
	for i := range s.Fields {
		if s.Fields[i].Name == name {
			return &s.Fields[i]
		}
	}
	return nil
}

// with gives a structure's fields as one slice, the common ones first.
func with(common []Field, own ...Field) []Field {
	return slices.Concat(common, own)
}

// maxSeconds is the largest number of seconds that a field takes (AWS, "Task
// state", TimeoutSeconds).
const maxSeconds = 99_999_999
