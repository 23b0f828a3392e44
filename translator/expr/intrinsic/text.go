package intrinsic

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonpath"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// maxText is how long the text of States.Base64Encode, States.Base64Decode and
// States.Hash may be, in UTF-16 units.
const maxText = 10_000

var errTooLong = errors.New("the text is longer than 10000 characters")

func tooLong(v value.Value) bool {
	return len(v.Text()) > maxText && jsonpath.LengthUTF16(v.Text()) > maxText
}

func base64Encode(_ *expr.Env, args []value.Value) (value.Value, error) {
	if tooLong(args[0]) {
		return value.Value{}, errTooLong
	}
	return value.OfString(base64.StdEncoding.EncodeToString([]byte(args[0].Text()))), nil
}

// base64Decode takes texts with and without padding. Bytes that are not UTF-8
// become U+FFFD.
func base64Decode(_ *expr.Env, args []value.Value) (value.Value, error) {
	if tooLong(args[0]) {
		return value.Value{}, errTooLong
	}
	encoded := args[0].Text()
	decode := base64.StdEncoding
	if len(encoded)%4 != 0 {
		decode = base64.RawStdEncoding
	}
	if strings.ContainsAny(encoded, "\r\n") { // which Go's decoder would pass over
		return value.Value{}, errors.New("the text is not Base64")
	}
	decoded, err := decode.DecodeString(encoded)
	if err != nil {
		return value.Value{}, errors.New("the text is not Base64")
	}
	return value.OfString(strings.ToValidUTF8(string(decoded), "\uFFFD")), nil
}

func hash(_ *expr.Env, args []value.Value) (value.Value, error) {
	if tooLong(args[0]) {
		return value.Value{}, errTooLong
	}
	data := []byte(args[0].Text())
	var sum []byte
	switch args[1].Text() {
	case "MD5":
		s := md5.Sum(data)
		sum = s[:]
	case "SHA-1":
		s := sha1.Sum(data)
		sum = s[:]
	case "SHA-256":
		s := sha256.Sum256(data)
		sum = s[:]
	case "SHA-384":
		s := sha512.Sum384(data)
		sum = s[:]
	case "SHA-512":
		s := sha512.Sum512(data)
		sum = s[:]
	default:
		return value.Value{}, errors.New("the algorithm is none of MD5, SHA-1, SHA-256, SHA-384, SHA-512")
	}
	return value.OfString(hex.EncodeToString(sum)), nil
}

// stringSplit cuts at every character of the second argument and drops empty
// pieces.
func stringSplit(_ *expr.Env, args []value.Value) (value.Value, error) {
	cutset := args[1].Text()
	pieces := strings.FieldsFunc(args[0].Text(), func(r rune) bool { return strings.ContainsRune(cutset, r) })
	values := make([]value.Value, len(pieces))
	for i, piece := range pieces {
		values[i] = value.OfString(piece)
	}
	return value.OfArray(values), nil
}
