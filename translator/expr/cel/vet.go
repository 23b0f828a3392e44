package cel

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
)

// refused gives the first of what the parser or the checker found.
func refused(text string, issues *cel.Issues) *Error {
	errs := issues.Errors()
	if len(errs) == 0 {
		return &Error{Code: CodeSyntax, Message: oneLine(issues.Err().Error())}
	}
	first := errs[0]
	for _, e := range errs[1:] {
		if l, f := e.Location, first.Location; l.Line() < f.Line() || l.Line() == f.Line() && l.Column() < f.Column() {
			first = e
		}
	}
	lines := strings.SplitAfter(text, "\n")
	at, line := 0, max(first.Location.Line(), 1)
	for _, l := range lines[:min(line-1, len(lines))] {
		at += len(l)
	}
	at += byteOffset(text[at:], max(first.Location.Column(), 0))
	return &Error{Code: CodeSyntax, Message: oneLine(plain(first.Message)), Offset: wordAt(text, min(at, len(text)))}
}

var noOverload = regexp.MustCompile(`^found no matching overload for '(.*)' applied to '(.*)'$`)

// plain gives a message of the checker without what only its makers know.
func plain(message string) string {
	if parts := noOverload.FindStringSubmatch(message); parts != nil {
		name := parts[1]
		if operator, ok := operators.FindReverse(name); ok && operator != "" {
			name = operator
		}
		return fmt.Sprintf("there is no '%s' of %s", name, parts[2])
	}
	return strings.TrimPrefix(strings.ReplaceAll(message, " (in container '')", ""), "Syntax error: ")
}

// oneLine gives the first line of a message.
func oneLine(message string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(message), "\n")
	return strings.TrimSuffix(line, ".")
}

// zoned are the functions that take a time zone as their only argument.
var zoned = map[string]bool{
	"getDate": true, "getDayOfMonth": true, "getDayOfWeek": true, "getDayOfYear": true, "getFullYear": true, "getHours": true,
	"getMilliseconds": true, "getMinutes": true, "getMonth": true, "getSeconds": true,
}

var offsetZone = regexp.MustCompile(`^(UTC|[+-]?\d\d:\d\d)$`)

// vet refuses what the checker lets pass and JSON does not have, or what would
// depend on the machine, and notes the variables in use.
func (e *Expression) vet() *Error {
	var fault *Error
	refuse := func(x ast.Expr, format string, args ...any) {
		if fault == nil {
			fault = &Error{Code: CodeSyntax, Message: fmt.Sprintf(format, args...), Offset: e.offset(x.ID())}
		}
	}
	walk(e.tree.Expr(), func(x ast.Expr, _ []string) {
		switch x.Kind() {
		case ast.StructKind:
			refuse(x, "there are no messages such as %s", x.AsStruct().TypeName())
		case ast.MapKind:
			for _, entry := range x.AsMap().Entries() {
				key := entry.AsMapEntry().Key()
				if key.Kind() == ast.LiteralKind && !isKey(key.AsLiteral()) {
					refuse(key, "a key of a map is a string, a bool or a whole number")
				}
			}
		case ast.CallKind:
			call := x.AsCall()
			if !call.IsMemberFunction() || !zoned[call.FunctionName()] || len(call.Args()) != 1 {
				return
			}
			zone := call.Args()[0]
			var name types.String
			if zone.Kind() == ast.LiteralKind {
				name, _ = zone.AsLiteral().(types.String)
			}
			if !offsetZone.MatchString(string(name)) {
				refuse(zone, "a time zone is written as an offset such as '+02:00', because names of zones change their meaning")
			}
		}
	})
	if e.tree.GetType(e.tree.Expr().ID()).Kind() == types.TypeKind {
		refuse(e.tree.Expr(), "the result is a type, which is no JSON value")
	}
	if fault == nil {
		e.uses = e.usesOf()
	}
	return fault
}
