package cel

import (
	"fmt"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/ext"
)

// standard is the language: CEL's own functions and macros, its extensions
// whose results depend on nothing but their arguments, and the functions of
// this package. It is never changed; expressions extend it with their names.
// The versions stand fixed, so that an expression means the same next year.
var standard = environment()

func environment() *cel.Env {
	env, err := cel.NewEnv(
		cel.CustomTypeAdapter(adapter{}),
		cel.DefaultUTCTimeZone(true),
		cel.CrossTypeNumericComparisons(true),
		cel.EnableIdentifierEscapeSyntax(),
		cel.ParserRecursionLimit(maxDepth),
		cel.ParserExpressionSizeLimit(maxText),
		cel.RegexProgramSizeLimit(maxRegexp),
		cel.OptionalTypes(cel.OptionalTypesVersion(2)),
		ext.Bindings(ext.BindingsVersion(0)),
		ext.Strings(ext.StringsVersion(5)),
		ext.Math(ext.MathVersion(2)),
		ext.Lists(ext.ListsVersion(3), ext.ListsMaxRangeSize(maxRange)),
		ext.Sets(ext.SetsVersion(0)),
		ext.Encoders(ext.EncodersVersion(1)),
		ext.Regex(ext.RegexVersion(0)),
		ext.TwoVarComprehensions(ext.TwoVarComprehensionsVersion(0)),
		cel.Lib(library{}), // after the comprehensions, some of which it replaces
	)
	if err != nil {
		panic(fmt.Sprintf("cel: the language does not fit together: %v", err))
	}
	return env
}

// Limits of a text.
const (
	// maxDepth is how deep expressions nest.
	maxDepth = 100
	// maxText is how many characters an expression may have.
	maxText = 100_000
	// maxRegexp is how many instructions a regular expression may have.
	maxRegexp = 10_000
	// maxRange is how many numbers lists.range gives.
	maxRange = 100_000
)
