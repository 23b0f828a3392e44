package jsonata

import "github.com/seed-a99ddb6e/stepwell/translator/value"

// form is the kind of a syntax node.
type form uint8

const (
	formEnd form = iota
	formName
	formVariable
	formString
	formNumber
	formValue
	formRegex
	formWildcard
	formDescendant
	formParent
	formWord        // and, or, in, where a name may stand
	formPlaceholder // the ? of a partial application
	formBinary      // an operator that computes
	formNegate
	formArray
	formObject
	formBlock
	formCondition
	formBind
	formCall
	formPartial
	formLambda
	formApply
	formTransform
	formPath
	formSort

	// Only between parsing and resolving:
	formDot
	formFilter
	formGroup
	formOrder
	formFocus
	formIndex
)

// formNames are the reference's names, which some errors give as the token.
var formNames = [...]string{
	formEnd: endToken, formName: "name", formVariable: "variable", formString: "string", formNumber: "number", formValue: "value",
	formRegex: "regex", formWildcard: "wildcard", formDescendant: "descendant", formParent: "parent", formWord: "operator",
	formPlaceholder: "operator", formBinary: "binary", formNegate: "unary", formArray: "unary", formObject: "unary", formBlock: "block",
	formCondition: "condition", formBind: "bind", formCall: "function", formPartial: "partial", formLambda: "lambda", formApply: "apply",
	formTransform: "transform", formPath: "path", formSort: "sort",
}

// syntax is a node of the tree. The parser makes it; resolving rearranges it
// into paths and fills the lower half.
type syntax struct {
	form        form
	at          int // where its word ends, in bytes
	text        string
	flags       string // of a regular expression
	number      float64
	left, right *syntax
	third       *syntax   // else of a condition, deletions of a transformation
	list        []*syntax // arguments, parameters, elements, expressions, steps
	pairs       []pair    // of an object or a group
	terms       []term    // of an order-by
	signature   *signature
	keepArray   bool // followed by []

	// After resolving:
	predicates []stage // on a node that is no step
	stages     []stage // on a step
	group      *syntax // formObject holding the pairs
	focus      *syntax // variable bound by @
	index      *syntax // variable bound by # when no stage precedes it
	tuple      bool    // the step or path works on tuples
	label      *label  // the step is the parent that this label names
	slot       *slot   // of formParent
	seeking    []*slot // parents still to be found to the left
	array      bool    // keep a singleton as an array: on paths
	whole      bool    // array constructor at an end of a path
	tail       bool    // call in tail position
}

type pair struct{ key, value *syntax }

type term struct {
	descending bool
	key        *syntax
}

// stage is a predicate or a position binding on a step.
type stage struct {
	filter *syntax
	index  *syntax
	at     int
}

// label names the values of a step that a parent operator refers to. Several
// operators that mean the same step share one.
type label struct{ number int }

// slot is a parent operator on its search for the step it means.
type slot struct {
	label *label
	level int
}

func (n *syntax) last() *syntax { return n.list[len(n.list)-1] }

// literal gives the JSON value of a literal in an error.
func (n *syntax) literal() value.Value {
	switch n.form {
	case formNumber:
		return value.OfFloat(n.number)
	case formValue:
		switch n.text {
		case "true":
			return value.True
		case "false":
			return value.False
		}
		return value.NullValue
	}
	return value.OfString(n.text)
}
