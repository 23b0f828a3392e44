package jsonata

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"math"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// The functions that AWS Step Functions adds ("Transforming data with JSONata
// in Step Functions"). Numbers for whole ones are rounded down.

// faulty is an argument that such a function refuses.
func faulty(index int, v item, message string) *Error {
	return &Error{Code: CodeArgument, Value: v.shown(), Index: index, Message: message}
}

func partition(ev *evaluation, args []item) (item, *Error) {
	list := args[0]
	if list.isUndefined() || args[1].isUndefined() {
		return item{}, nil
	}
	size := math.Floor(args[1].float())
	if !(size >= 1) {
		return item{}, faulty(2, args[1], "The chunk size of the partition function must be a positive number")
	}
	if err := ev.grow(list.len()); err != nil {
		return item{}, err
	}
	width := int(min(size, float64(max(1, list.len()))))
	all := list.elements()
	var chunks []item
	for from := 0; from < len(all); from += width {
		to := min(from+width, len(all))
		chunks = append(chunks, ofArray(all[from:to:to]))
	}
	return ofArray(chunks), nil
}

func rangeOf(ev *evaluation, args []item) (item, *Error) {
	for _, a := range args {
		if a.isUndefined() {
			return item{}, nil
		}
	}
	start, end, step := math.Floor(args[0].float()), math.Floor(args[1].float()), math.Floor(args[2].float())
	if step == 0 {
		return item{}, faulty(3, args[2], "The step of the range function must not be 0")
	}
	size := math.Floor((end-start)/step) + 1
	if !(size >= 1) {
		return ofArray(nil), nil
	}
	if size > largestRange {
		return item{}, &Error{Code: CodeSize}
	}
	if err := ev.grow(int(size)); err != nil {
		return item{}, err
	}
	list := make([]item, int(size))
	for k := range list {
		list[k] = ofFloat(start + float64(k)*step)
	}
	return ofArray(list), nil
}

func hash(_ *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() || argument(args, 1).isUndefined() {
		return item{}, nil
	}
	data := []byte(args[0].text())
	var digest []byte
	switch args[1].text() {
	case "MD5":
		d := md5.Sum(data)
		digest = d[:]
	case "SHA-1":
		d := sha1.Sum(data)
		digest = d[:]
	case "SHA-256":
		d := sha256.Sum256(data)
		digest = d[:]
	case "SHA-384":
		d := sha512.Sum384(data)
		digest = d[:]
	case "SHA-512":
		d := sha512.Sum512(data)
		digest = d[:]
	default:
		return item{}, faulty(2, args[1], "The algorithm of the hash function must be one of MD5, SHA-1, SHA-256, SHA-384, SHA-512")
	}
	return ofString(hex.EncodeToString(digest)), nil
}

func uuid(ev *evaluation, _ []item) (item, *Error) { return ofString(ev.random().UUID()), nil }

// parseJSON reads a JSON text.
func parseJSON(_ *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return item{}, nil
	}
	v, err := value.ParseString(args[0].text())
	if err != nil {
		return item{}, faulty(1, args[0], "The argument of the parse function must be a JSON text: "+err.Error())
	}
	return ofValue(v), nil
}
