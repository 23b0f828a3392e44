package awsform

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFaultsOfJSON: the recorded one, and what Jackson says of common mistakes.
func TestFaultsOfJSON(t *testing.T) {
	for text, want := range map[string]string{
		`not a definition`:   `Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false') @ 1:4`,
		`{"a": tru}`:         `Unrecognized token 'tru': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false') @ 1:10`,
		`{'a': 1}`:           `Unexpected character (''' (code 39)): was expecting double-quote to start field name @ 1:3`,
		`{"a": 1,}`:          `Unexpected character ('}' (code 125)): was expecting double-quote to start field name @ 1:10`,
		"{\"a\": 1\n\"b\"}":  `Unexpected character ('"' (code 34)): was expecting comma to separate Object entries @ 2:2`,
		`{"a" 1}`:            `Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value @ 1:7`,
		`[1,]`:               `Unexpected character (']' (code 93)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false') @ 1:5`,
		`[1}`:                `Unexpected close marker '}': expected ']' (for Array starting at [Source: (String)"[1}"; line: 1, column: 1]) @ 1:4`,
		`{"a": {`:            `Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)"{"a": {"; line: 1, column: 7]) @ 1:8`,
		`{"a": 1,`:           `Unexpected end-of-input within/between Object entries @ 1:9`,
		`{"a`:                `Unexpected end-of-input in field name @ 1:4`,
		`["a`:                `Unexpected end-of-input: was expecting closing quote for a string value @ 1:4`,
		"[\"a\nb\"]":         `Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value @ 1:5`,
		`["\x"]`:             `Unrecognized character escape 'x' (code 120) @ 1:5`,
		`["\u00g0"]`:         `Unexpected character ('g' (code 103)): expected a hex-digit for character escape sequence @ 1:8`,
		`[01]`:               `Invalid numeric value: Leading zeroes not allowed @ 1:4`,
		`[-a]`:               `Unexpected character ('a' (code 97)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value @ 1:4`,
		`{"😀": 1 “x”}`:       `Unexpected character ('“' (code 8220 / 0x201c)): was expecting comma to separate Object entries @ 1:11`,
		`{"a":1, /* c */ }`:  `Unexpected character ('/' (code 47)): was expecting double-quote to start field name @ 1:10`,
		`{"a":[1, {"b":2}}}`: `Unexpected close marker '}': expected ']' (for Array starting at [Source: (String)"{"a":[1, {"b":2}}}"; line: 1, column: 6]) @ 1:18`,
	} {
		p := &jackson{text: units(text)}
		_, fault := p.document()
		require.NotNil(t, fault, text)
		message, place, _ := strings.Cut(want, " @ ")
		line, column, _ := strings.Cut(place, ":")
		assert.Equal(t, message, fault.message, text)
		assert.Equal(t, `[Source: (String)"`+text+`"; line: `+line+`, column: `+column+`]`, fault.location, text)
	}
	p := &jackson{text: units("x " + strings.Repeat("y", 600))}
	_, fault := p.document()
	assert.Equal(t, `[Source: (String)"x `+strings.Repeat("y", 498)+`"[truncated 102 chars]; line: 1, column: 2]`, fault.location)
}

// FuzzJackson: a text has a fault exactly when Go's parser finds one in it.
func FuzzJackson(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-2.5e+3,{"b":null}],"c":"\u00e9\\"}`, `[[],{}]`, `{"a":1,}`, `[1 2]`, `tru`, `-`, `1.`, `"\ud800"`, " \t\n", `[{"a":[`, `[01]`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := &jackson{text: units(text)}
		kind, fault := p.document()
		if kind == 0 && fault == nil || strings.ContainsAny(text, "\ufeff") {
			return
		}
		d := json.NewDecoder(strings.NewReader(text)) // reads one value and leaves what follows
		var v any
		err := d.Decode(&v)
		if err == io.EOF {
			return
		}
		if kind != '{' && kind != '[' {
			return // what may follow a scalar is not looked at
		}
		assert.Equal(t, err != nil, fault != nil, "%q: %v, %v", text, err, fault)
	})
}
