package intrinsic

import (
	"errors"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonpath"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

var (
	errPlaceholders = errors.New("number of arguments do not match the occurrences of {}")
	errOpenBrace    = errors.New("matching '}' not found for '{'")
	errCloseBrace   = errors.New("matching '{' not found for '}'")
	errBackslash    = errors.New("the template ends in a backslash")
)

// format fills each {} of the template with the next argument, as Java's
// toString writes it.
func format(_ *expr.Env, args []value.Value) (value.Value, error) {
	template, args := args[0].Text(), args[1:]
	var b strings.Builder
	for {
		at := strings.IndexAny(template, `\{}`)
		if at < 0 {
			break
		}
		b.WriteString(template[:at])
		rest := template[at+1:]
		switch {
		case template[at] == '}':
			return value.Value{}, errCloseBrace
		case rest == "" && template[at] == '\\':
			return value.Value{}, errBackslash
		case template[at] == '\\':
			b.WriteByte(rest[0])
		case rest == "" || rest[0] != '}':
			return value.Value{}, errOpenBrace
		case len(args) == 0:
			return value.Value{}, errPlaceholders
		default:
			b.WriteString(jsonpath.Text(args[0]))
			args = args[1:]
		}
		template = rest[1:]
	}
	if len(args) > 0 {
		return value.Value{}, errPlaceholders
	}
	b.WriteString(template)
	return value.OfString(b.String()), nil
}
