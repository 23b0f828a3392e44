package asl

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/seed-a99ddb6e/stepwell/translator/source"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// letters gives the word or number that begins here, not further than 40 bytes.
func (r *jsonReader) letters() string {
	end := r.at
	for end < len(r.text) && end < r.at+40 && isWord(r.text[end]) {
		end++
	}
	return r.text[r.at:end]
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == '_'
}

// word reads a number, true, false or null.
func (r *jsonReader) word() *Node {
	start := r.at
	end := start
	for end < len(r.text) && isWord(r.text[end]) {
		end++
	}
	word := r.text[start:end]
	node := &Node{Span: source.Span{Start: start, End: end}}
	switch word {
	case "true", "false":
		node.Value = value.OfBool(word == "true")
	case "null":
		node.Value = value.NullValue
	default:
		number, err := value.OfNumber(word)
		if word == "" || err != nil {
			r.fault(start, "A value must stand here, but here is "+r.found(), wordHint(word, r.peek()))
			return nil
		}
		node.Value = number
	}
	r.at = end
	return node
}

func wordHint(word string, c byte) string {
	switch {
	case c == '\'':
		return "JSON strings stand in double quotes, not in single ones."
	case strings.EqualFold(word, "true"), strings.EqualFold(word, "false"), strings.EqualFold(word, "null"):
		return fmt.Sprintf("JSON spells it %s.", strings.ToLower(word))
	case word != "" && strings.IndexByte("+-.0123456789", c) >= 0:
		return "A JSON number has no sign +, no leading zero, and digits on both sides of its point."
	case word != "":
		return "Put texts in double quotes."
	}
	return "A value is an object, an array, a string, a number, true, false or null."
}

// string reads a string literal and gives its content.
func (r *jsonReader) string() (string, bool) {
	start := r.at
	r.at++
	if end := strings.IndexAny(r.text[r.at:], "\"\\\n"); end >= 0 && r.text[r.at+end] == '"' && plain(r.text[r.at:r.at+end]) {
		content := r.text[r.at : r.at+end]
		r.at += end + 1
		return content, true
	}
	var b strings.Builder
	for r.at < len(r.text) {
		c := r.text[r.at]
		switch {
		case c == '"':
			r.at++
			return b.String(), true
		case c < ' ':
			r.fault(r.at, fmt.Sprintf("A string may not hold the control character %U", c), `Write it as an escape, such as \n for a line break; or a closing quote is missing.`)
			return "", false
		case c == '\\':
			content, size := unescape(r.text[r.at:])
			if size == 0 {
				r.fault(r.at, "This is no escape that JSON has", `The escapes are \" \\ \/ \b \f \n \r \t and \uXXXX (in pairs for surrogates); write \\ for a backslash.`)
				return "", false
			}
			b.WriteRune(content)
			r.at += size
		default:
			b.WriteByte(c)
			r.at++
		}
	}
	r.fault(start, "The text ends before this string is closed", "A closing quote is missing.")
	return "", false
}

// plain reports that s holds no control characters.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' {
			return false
		}
	}
	return true
}

// unescape reads the escape that text begins with: its content and its length,
// 0 when it is none.
func unescape(text string) (rune, int) {
	if len(text) < 2 {
		return 0, 0
	}
	if i := strings.IndexByte(`"\/bfnrt`, text[1]); i >= 0 {
		return rune("\"\\/\b\f\n\r\t"[i]), 2
	}
	first, ok := unit(text)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(first) {
		return first, 6
	}
	second, ok := unit(text[6:])
	if both := utf16.DecodeRune(first, second); ok && both != utf8.RuneError {
		return both, 12
	}
	return 0, 0
}

// unit reads \uXXXX.
func unit(text string) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(text[2:6], 16, 16)
	return rune(n), err == nil
}
