package jsonata

import (
	"errors"
	"fmt"
	"math"

	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonata/picture"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// pictureError takes over an error of a picture.
func pictureError(err error) *Error {
	fault := (*picture.Error)(nil)
	if !errors.As(err, &fault) {
		return &Error{Code: "D3132", Message: err.Error()}
	}
	made := &Error{Code: fault.Code}
	switch v := fault.Value.(type) {
	case nil:
	case string:
		made.Value = value.OfString(v)
	case float64:
		made.Value = ofFloat(v).shown()
	default:
		made.Value = value.OfString(fmt.Sprint(v))
	}
	return made
}

// pictures keeps the picture that was used last of each kind; most expressions
// have one for all values.
type pictures struct {
	numberText, timeText string
	number               *picture.NumberPicture
	time                 *picture.DateTimePicture
	parserText           string
	parser               *picture.DateTimeParser
}

func (ev *evaluation) pictures() *pictures {
	if ev.last == nil {
		ev.last = &pictures{}
	}
	return ev.last
}

func formatNumber(ev *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return item{}, nil
	}
	given, by, last := argument(args, 2), argument(args, 1).text(), ev.pictures()
	if given.isUndefined() && last.number != nil && last.numberText == by {
		return ofString(last.number.Format(args[0].float())), nil
	}
	options := picture.DefaultNumberOptions()
	for k := 0; given.kind() == object && k < given.len(); k++ {
		if v := given.at(k); v.kind() == text {
			options.Set(given.nameAt(k), v.text())
		}
	}
	p, err := picture.CompileNumber(by, options)
	if err != nil {
		return item{}, pictureError(err)
	}
	if given.isUndefined() {
		last.number, last.numberText = p, by
	}
	return ofString(p.Format(args[0].float())), nil
}

func formatInteger(_ *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return item{}, nil
	}
	s, err := picture.FormatInteger(args[0].float(), argument(args, 1).text())
	if err != nil {
		return item{}, pictureError(err)
	}
	return ofString(s), nil
}

func parseInteger(_ *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return item{}, nil
	}
	f, err := picture.ParseInteger(args[0].text(), argument(args, 1).text())
	if err != nil {
		return item{}, pictureError(err)
	}
	return ofFloat(f), nil
}

// toMillis reads a time as milliseconds since 1970.
func toMillis(ev *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return item{}, nil
	}
	s, pattern := args[0].text(), argument(args, 1)
	if pattern.isUndefined() {
		ms, ok := picture.ParseISO(s)
		if !ok {
			return item{}, &Error{Code: "D3110", Value: args[0].shown()}
		}
		return ofFloat(float64(ms)), nil
	}
	parser, err := ev.timeParser(pattern.text())
	if err != nil {
		return item{}, pictureError(err)
	}
	ms, ok, err := parser.Parse(s, ev.env.Now)
	if err != nil {
		return item{}, pictureError(err)
	}
	if !ok {
		return item{}, nil
	}
	return ofFloat(float64(ms)), nil
}

func fromMillis(ev *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return item{}, nil
	}
	return ev.formatTime(args[0], argument(args, 1), argument(args, 2))
}

// latest is the last millisecond of JavaScript's calendar, which reaches as
// far back.
const latest = 8.64e15

func (ev *evaluation) formatTime(millis, pattern, zone item) (item, *Error) {
	f := millis.float()
	if !(math.Abs(f) <= latest) {
		return item{}, &Error{Code: "D1001", Value: millis.shown()}
	}
	ms := int64(math.Trunc(f))
	if pattern.isUndefined() && zone.isUndefined() {
		return ofString(picture.ISO(ms)), nil
	}
	by := picture.DefaultDateTime
	if !pattern.isUndefined() {
		by = pattern.text()
	}
	p, err := ev.timePicture(by)
	if err != nil {
		return item{}, pictureError(err)
	}
	s, err := p.Format(ms, zone.text())
	if err != nil {
		return item{}, pictureError(err)
	}
	return ofString(s), nil
}

func (ev *evaluation) timePicture(by string) (p *picture.DateTimePicture, err error) {
	last := ev.pictures()
	if last.time != nil && last.timeText == by {
		return last.time, nil
	}
	if p, err = picture.CompileDateTime(by); err == nil {
		last.time, last.timeText = p, by
	}
	return p, err
}

func (ev *evaluation) timeParser(by string) (*picture.DateTimeParser, error) {
	last := ev.pictures()
	if last.parser != nil && last.parserText == by {
		return last.parser, nil
	}
	p, err := picture.CompileDateTime(by)
	if err != nil {
		return nil, err
	}
	parser, err := p.Parser()
	if err == nil {
		last.parser, last.parserText = parser, by
	}
	return parser, err
}

func now(ev *evaluation, args []item) (item, *Error) {
	return ev.formatTime(ofFloat(float64(ev.env.Now.UnixMilli())), argument(args, 0), argument(args, 1))
}

func millis(ev *evaluation, _ []item) (item, *Error) {
	return ofFloat(float64(ev.env.Now.UnixMilli())), nil
}
