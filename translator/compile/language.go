package compile

import (
	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/query"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// language is how a query language reads the fields of states. A method gives
// nil or the zero value when the field is not there, and reports what is wrong
// with it to the compiler. A further language is a type in a file of its own
// and a row in languages.
type language interface {
	name() program.Language
	// arguments names the field that holds what a service is called with.
	arguments() string
	// flow reads how data pass through a state.
	flow(c *compiler, o object) program.Flow
	// template reads a field of any JSON value with expressions in it.
	template(c *compiler, o object, field string) expr.Expr
	// number reads a field that holds a number or a time, in any spelling.
	number(c *compiler, o object, field string) program.Number
	// text reads a field that holds a string, and gives its spelling.
	text(c *compiler, o object, field string) (expr.Expr, string)
	// items reads what a Map iterates over.
	items(c *compiler, o object) expr.Expr
	// condition reads what a rule of a Choice tests.
	condition(c *compiler, rule object) expr.Expr
	// place reads where a result or an error goes.
	place(c *compiler, o object) expr.Target
	// output reads what a rule or a catcher gives as the state's output.
	output(c *compiler, o object) expr.Expr
}

// languages are the query languages of this version.
var languages = []language{pathLanguage{}, queryLanguage{query.JSONata{}}, queryLanguage{query.CEL{}}}

// languageOf gives the language in force in a state.
func (c *compiler) languageOf(s *asl.State) language {
	for _, l := range languages {
		if string(l.name()) == s.Language {
			return l
		}
	}
	c.unchecked(object{s.Node, s.Path, s}, "QueryLanguage", "names no language of this version")
	return unknownLanguage{}
}

// unknownLanguage reads nothing, so that what stands inside of a state whose
// language is not known is compiled all the same and its faults are found.
type unknownLanguage struct{}

func (unknownLanguage) name() program.Language                                    { return "" }
func (unknownLanguage) arguments() string                                         { return "" }
func (unknownLanguage) flow(*compiler, object) (f program.Flow)                   { return f }
func (unknownLanguage) template(*compiler, object, string) expr.Expr              { return nil }
func (unknownLanguage) number(*compiler, object, string) (n program.Number)       { return n }
func (unknownLanguage) text(*compiler, object, string) (e expr.Expr, name string) { return e, name }
func (unknownLanguage) items(*compiler, object) expr.Expr                         { return nil }
func (unknownLanguage) condition(*compiler, object) expr.Expr                     { return nil }
func (unknownLanguage) place(*compiler, object) expr.Target                       { return nil }
func (unknownLanguage) output(*compiler, object) expr.Expr                        { return nil }
