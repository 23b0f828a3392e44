package intrinsic

import (
	"errors"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// stringToJSON parses a text; a blank one gives null, as on AWS.
func stringToJSON(_ *expr.Env, args []value.Value) (value.Value, error) {
	text := args[0].Text()
	if strings.TrimSpace(text) == "" {
		return value.NullValue, nil
	}
	v, err := value.ParseString(text)
	if err != nil {
		return value.Value{}, errors.New("the text is not JSON")
	}
	return v, nil
}

func jsonToString(_ *expr.Env, args []value.Value) (value.Value, error) {
	return value.OfString(args[0].String()), nil
}

// jsonMerge puts the members of the second object over those of the first, in
// the order of a hash table, as on AWS. There is no deep merge.
func jsonMerge(_ *expr.Env, args []value.Value) (value.Value, error) {
	if args[2].IsTrue() {
		return value.Value{}, errors.New("only the shallow merging mode is supported")
	}
	both := value.NewObject(args[0].Len() + args[1].Len())
	for _, object := range args[:2] {
		for i, member := range object.Elements() {
			both.Put(object.NameAt(i), member)
		}
	}
	merged := both.Value()
	names := make([]string, merged.Len())
	for i := range names {
		names[i] = merged.NameAt(i)
	}
	b := value.NewObject(len(names))
	for _, i := range expr.HashOrder(names) {
		b.Put(names[i], merged.At(i))
	}
	return b.Value(), nil
}
