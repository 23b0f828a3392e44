package activities

import "strings"

// function is a Lambda function as a Call names it: a name, a partial ARN or
// an ARN, with or without a version or alias (AWS Lambda API, Invoke,
// "FunctionName").
type function struct {
	// text is the name as it was given, without the qualifier.
	text      string
	name      string
	qualifier string
	// region is the one in the ARN, "" for other forms.
	region string
}

// newFunction takes a name apart; the qualifier given beside it counts when
// the name has none.
func newFunction(text, qualifier string) function {
	f := function{text: text, qualifier: qualifier}
	parts := strings.Split(text, ":")
	at := 0 // of the plain name
	for i, part := range parts[:len(parts)-1] {
		if part == "function" {
			at = i + 1
			break
		}
	}
	f.name = parts[at]
	if parts[0] == "arn" && len(parts) > 3 {
		f.region = parts[3]
	}
	if at+1 < len(parts) {
		f.text = strings.Join(parts[:at+1], ":")
		f.qualifier = strings.Join(parts[at+1:], ":")
	}
	return f
}

// matches reports whether a route's pattern is meant for the function: the
// pattern may be the name or the ARN, with or without the qualifier.
func (f function) matches(pattern string) bool {
	candidates := []string{f.text, f.name}
	if f.qualifier != "" {
		candidates = append(candidates, f.text+":"+f.qualifier, f.name+":"+f.qualifier)
	}
	for _, candidate := range candidates {
		if matchesPattern(pattern, candidate) {
			return true
		}
	}
	return false
}

// matchesPattern compares a text with a pattern in which * stands for any
// characters, or none.
func matchesPattern(pattern, text string) bool {
	pieces := strings.Split(pattern, "*")
	if len(pieces) == 1 {
		return pattern == text
	}
	first, last := pieces[0], pieces[len(pieces)-1]
	if !strings.HasPrefix(text, first) {
		return false
	}
	text = text[len(first):]
	for _, piece := range pieces[1 : len(pieces)-1] {
		at := strings.Index(text, piece)
		if at < 0 {
			return false
		}
		text = text[at+len(piece):]
	}
	return strings.HasSuffix(text, last)
}
