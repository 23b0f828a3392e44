package main

import (
	"regexp"
	"slices"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/awsform"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
)

// unnamed gives the part of a claim's reason that no error names, "" when all
// are named. A reason has parts between semicolons, one for each fault.
func unnamed(c claim, errors source.Diagnostics) string {
	for part := range strings.SplitSeq(c.reason, "; ") {
		if !named(c, part, errors) {
			return part
		}
	}
	return ""
}

// named reports that one of the errors is the fault that a part of a reason
// speaks of. A verdict of AWS is compared with what we would answer in its
// place. Otherwise the error must be of the kind that the words tell (kinds) and
// mention a field that they name; words that tell no kind must at least have
// their field mentioned, in a state of the type that they name. Words that name
// nothing of the States Language ask for any error with a place.
func named(c claim, part string, errors source.Diagnostics) bool {
	if m := verdictOfAWS.FindStringSubmatch(part); m != nil {
		return slices.ContainsFunc(awsform.Validate(c.text, errors, awsform.Options{}).Diagnostics, func(d awsform.Diagnostic) bool {
			return d.Code == m[1] && mentionsAll(d.Message, m[2]) && (m[3] == "" || d.Location == m[3])
		})
	}
	if m := missingAt.FindStringSubmatch(part); m != nil {
		place := indexed.ReplaceAllString(m[2], "[$1]$2")
		return slices.ContainsFunc(errors, func(d source.Diagnostic) bool {
			return d.Code == "MISSING_TRANSITION_TARGET" && strings.HasSuffix(d.Summary, ": "+m[1]) && d.Path == place
		})
	}
	fields := namesOf(part)
	for _, k := range kinds {
		if k.words.MatchString(part) {
			return slices.ContainsFunc(errors, func(d source.Diagnostic) bool {
				return k.told.MatchString(d.Code+" "+d.Summary) && mentionsAny(d, fields)
			})
		}
	}
	definition, types := c.decode(), typesOf(part)
	return slices.ContainsFunc(errors, func(d source.Diagnostic) bool {
		return d.Path != "" && mentionsAny(d, fields) && standsIn(definition.typesAlong(d.Path), types)
	})
}

// The reasons that give a message and a place: AWS's own, and one suite's.
var (
	verdictOfAWS = regexp.MustCompile(`^AWS: ([A-Z_]+): (.*?)(?: at (/\S*))?$`)
	missingAt    = regexp.MustCompile(`^Missing 'Next' target '(.+)' at (/.+)$`)
	indexed      = regexp.MustCompile(`/(\d+)(/|$)`)
)

// kind is a kind of fault: the words by which reasons tell it, and what our
// errors of the kind look like, code first.
type kind struct{ words, told *regexp.Regexp }

// kinds stand with the more special first: the first whose words are met counts.
var kinds = []kind{
	{words(`terminal`), told(`^MISSING_END_STATE|\[Next, End\]|'End' should have`)},
	{words(`state names? .*(twice|unique)|dup\w* states?\b`), told(`^DUPLICATE_STATE_NAME`)},
	{words(`state name too long`), told(`^INVALID_STATE_NAME`)},
	{words(`unreachable|cannot be reached|not reachable`), told(`^UNREACHABLE_STATE`)},
	{words(`name of an existing state|only go to states of its own|\blink\b`), told(`^MISSING_TRANSITION_TARGET`)},
	{words(`^only one of .* is a required property`), told(`is required: \[|fields are required|no operator|tests nothing|only supported for`)},
	{words(`missing property|required property|is required`), told(`required`)},
	{words(`only one of|with both|should not be included with|\bdup`), told(`should only be one of|a second value`)},
	{words(`not supported|unexpected|except in|additional properties`), told(`not supported|only supported for`)},
	{words(`incorrect type\. expected|is not of type`), told(`Expected value of type`)},
	{words(`above the maximum|greater than the maximum|allowed (maximum|ceiling)`), told(`Maximum value is`)},
	{words(`below the minimum|less than the minimum|allowed (minimum|floor)`), told(`Minimum value is`)},
	{words(`not accepted|allowed values|must be one of|is not one of`), told(`should have one of these values`)},
	{words(`non-empty|cannot be empty|too short`), told(`cannot be empty`)},
	{words(`intrinsic function|jsonpath|json paths?\b|payload`), told(`JSONPath|Reference Path|intrinsic function`)},
	{words(`jsonata`), told(`JSONata`)},
}

func words(pattern string) *regexp.Regexp { return regexp.MustCompile(`(?i)` + pattern) }
func told(pattern string) *regexp.Regexp  { return regexp.MustCompile(pattern) }

// quotedOrWord finds what can be a name: quoted, or a word, or words that
// together may spell one.
var (
	quoted = regexp.MustCompile(`['"]([^'"]+)['"]`)
	word   = regexp.MustCompile(`[A-Za-z]+`)
)

// namesOf gives the names of fields that a reason mentions, in small letters:
// those in quotes; else those in the text, also spelled as several words.
func namesOf(part string) []string {
	var names []string
	for _, m := range quoted.FindAllStringSubmatch(part, -1) {
		if name := strings.ToLower(m[1]); fieldNames[name] {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		return names
	}
	all := word.FindAllString(strings.ToLower(part), -1)
	for most := 3; most > 0; most-- { // the longest name that words make up counts
		for i := range len(all) - most + 1 {
			joined := strings.Join(all[i:i+most], "")
			if fieldNames[joined] && !slices.ContainsFunc(names, func(n string) bool { return strings.Contains(n, joined) }) {
				names = append(names, joined)
			}
		}
	}
	return names
}

// typesOf gives the types of states that a reason names, in small letters.
func typesOf(part string) []string {
	return slices.DeleteFunc(word.FindAllString(strings.ToLower(part), -1), func(w string) bool {
		return !slices.ContainsFunc(asl.StateTypes(), func(t string) bool { return strings.ToLower(t) == w })
	})
}

// standsIn reports that one of the types along a path is one of those that are
// named, if any.
func standsIn(along, types []string) bool {
	return len(types) == 0 || slices.ContainsFunc(along, func(t string) bool { return slices.Contains(types, strings.ToLower(t)) })
}

// mentionsAny reports that an error says one of the names, if there are any, in
// its path, its text or its hint.
func mentionsAny(d source.Diagnostic, names []string) bool {
	if len(names) == 0 {
		return true
	}
	said := word.FindAllString(strings.ToLower(strings.Join([]string{d.Path, d.Summary, d.Hint}, " ")), -1)
	return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(said, n) })
}

// mentionsAll reports that a message says all that another has in quotes, or,
// without quotes, all its words that begin with a capital.
func mentionsAll(message, other string) bool {
	var names []string
	for _, m := range quoted.FindAllStringSubmatch(other, -1) {
		names = append(names, m[1])
	}
	if len(names) == 0 {
		names = slices.DeleteFunc(strings.FieldsFunc(other, func(r rune) bool { return strings.ContainsRune(" ,[]", r) }), func(w string) bool {
			return w == strings.ToLower(w) && !strings.Contains(w, ":") || w == "The"
		})
	}
	return !slices.ContainsFunc(names, func(n string) bool { return !strings.Contains(message, n) })
}

// fieldNames are the names of all fields of the States Language, in small
// letters, but for those that are plain words of any sentence.
var fieldNames = everyField()

func everyField() map[string]bool {
	names := map[string]bool{}
	var visit func(s *asl.Structure)
	seen := map[string]bool{}
	visit = func(s *asl.Structure) {
		if seen[s.Name] {
			return
		}
		seen[s.Name] = true
		for _, f := range s.Fields {
			names[strings.ToLower(f.Name)] = true
			if f.Of != nil {
				visit(f.Of())
			}
		}
	}
	visit(asl.TopLevel())
	visit(asl.Processor())
	for _, t := range asl.StateTypes() {
		visit(asl.StateFields(t))
	}
	for _, plain := range []string{"and", "or", "not", "type", "states", "next", "end", "default", "error", "resource", "result", "version", "condition"} {
		delete(names, plain)
	}
	return names
}
