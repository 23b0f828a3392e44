package shapes

import (
	"strings"
	"unicode"
)

// FieldName gives a member of an API as Step Functions names it: capitalized,
// and with only the first letter of an acronym in upper case, since it is the
// name of AWS's SDK for Java (AWS, "Supported parameters and data in SDK
// integrations"): SSEKMSKeyId becomes SsekmsKeyId.
func FieldName(member string) string {
	var name strings.Builder
	for _, word := range words(member) {
		name.WriteString(capital(strings.ToLower(word)))
	}
	return name.String()
}

// capital gives the text with its first letter in upper case.
func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// words splits a camel-cased name. A word begins at an upper case letter after
// a lower case one, at the last upper case letter of several before a lower
// case one, and after digits.
func words(name string) []string {
	runes := []rune(name)
	var all []string
	start := 0
	for i := 1; i < len(runes); i++ {
		before, here := runes[i-1], runes[i]
		followed := i+1 < len(runes)
		begins := unicode.IsLower(before) && unicode.IsUpper(here) && followed ||
			unicode.IsUpper(before) && unicode.IsUpper(here) && followed && unicode.IsLower(runes[i+1]) ||
			unicode.IsDigit(before) && unicode.IsLetter(here)
		if begins {
			all = append(all, string(runes[start:i]))
			start = i
		}
	}
	return append(all, string(runes[start:]))
}
