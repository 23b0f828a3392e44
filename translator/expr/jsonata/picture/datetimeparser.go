package picture

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonata/regex"
)

// DateTimeParser reads times by a picture.
type DateTimeParser struct {
	parts   []part // with components only
	pattern *regex.Regex
}

// ParseDateTime reads a time by a picture; what the text does not say is that
// of now, or the first of its kind. It is not ok when the text does not match.
func ParseDateTime(text, picture string, now time.Time) (millis int64, ok bool, err error) {
	p, err := CompileDateTime(picture)
	if err != nil {
		return 0, false, err
	}
	parser, err := p.Parser()
	if err != nil {
		return 0, false, err
	}
	return parser.Parse(text, now)
}

// Parser compiles the picture for reading. The error is an *[Error]: D3130 or
// D3133.
func (p *DateTimePicture) Parser() (*DateTimeParser, error) {
	d := &DateTimeParser{}
	var b strings.Builder
	b.WriteByte('^')
	for _, part := range p.parts {
		if part.component == 0 {
			b.WriteString(regexp.QuoteMeta(part.literal))
			continue
		}
		pattern, err := part.pattern()
		if err != nil {
			return nil, err
		}
		d.parts = append(d.parts, part)
		b.WriteString("(" + pattern + ")")
	}
	b.WriteByte('$')
	var err error
	if d.pattern, err = regex.Compile(b.String(), "i"); err != nil {
		return nil, fmt.Errorf("picture: %w", err)
	}
	return d, nil
}

// pattern gives a regular expression for what the component may look like.
func (p *part) pattern() (string, error) {
	switch {
	case p.component == 'Z' || p.component == 'z':
		pattern := "[-+][0-9]+"
		if p.component == 'z' {
			pattern = "GMT" + pattern
		}
		if p.integer.every > 0 {
			pattern += regexp.QuoteMeta(p.integer.separators[0].character) + "[0-9]+"
		}
		return pattern, nil
	case p.integer != nil:
		return p.integer.pattern(p.digits)
	case p.component == 'P' || p.allNames() != nil:
		return "[a-zA-Z]+", nil
	}
	return "", fault(codeName, string(p.component))
}

// parse reads the component; not ok when the text is no name of it, which
// counts as if the component had not been there.
func (p *part) parse(text string) (n float64, ok bool) {
	switch {
	case p.component == 'Z' || p.component == 'z':
		return p.parseZone(text), true
	case p.integer != nil:
		return p.integer.Parse(text), true
	case p.component == 'P':
		switch text {
		case "am", "AM":
			return 0, true
		case "pm", "PM":
			return 1, true
		}
		return 0, false
	}
	for i, name := range p.allNames() {
		if p.cut(name) == text { // the last one counts, where names are cut too short
			n, ok = float64(i+1), true
		}
	}
	return n, ok
}

// parseZone gives minutes.
func (p *part) parseZone(text string) float64 {
	if p.component == 'z' {
		text = text[len("GMT"):]
	}
	var hours, minutes string
	switch {
	case p.integer.every > 0:
		hours, minutes, _ = strings.Cut(text, p.integer.separators[0].character)
	case len(text) <= 3:
		hours = text
	default:
		hours, minutes = text[:3], text[3:]
	}
	return leadingInteger(hours)*60 + orZero(leadingInteger(minutes))
}

// parseSteps is the budget of a match, beyond what the text's length allows.
const parseSteps = 100_000

// Parse reads a time. It is not ok when the text does not match, or names a
// time that ECMAScript has not; the error is D3136 when its components do not
// make a time. Matching is bounded by the length of the text.
func (d *DateTimeParser) Parse(text string, now time.Time) (millis int64, ok bool, err error) {
	budget := parseSteps + 64*len(text)
	match, found, err := d.pattern.Match(text, 0, &budget)
	if err != nil || !found || len(d.parts) == 0 {
		return 0, false, nil
	}
	var read components
	for i, part := range d.parts {
		group := match.Groups[i]
		n, ok := part.parse(text[group.Start:group.End])
		read[part.component-'A'] = component{n, ok}
	}
	time, err := read.time(now.UTC())
	if err != nil || math.IsNaN(time) {
		return 0, false, err
	}
	return int64(time), true, nil
}
