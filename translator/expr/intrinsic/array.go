package intrinsic

import (
	"errors"
	"slices"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// maxRange is how many elements States.ArrayRange makes at most.
const maxRange = 1000

func makeArray(_ *expr.Env, args []value.Value) (value.Value, error) {
	return value.OfArray(slices.Clone(args)), nil
}

func arrayPartition(_ *expr.Env, args []value.Value) (value.Value, error) {
	size, err := truncated(args[1])
	if err != nil {
		return value.Value{}, err
	}
	if size < 1 {
		return value.Value{}, errors.New("the chunk size is not positive")
	}
	var chunks []value.Value
	for chunk := range slices.Chunk(args[0].Elements(), int(size)) {
		chunks = append(chunks, value.OfArray(chunk))
	}
	return value.OfArray(chunks), nil
}

func arrayContains(_ *expr.Env, args []value.Value) (value.Value, error) {
	found := slices.ContainsFunc(args[0].Elements(), func(e value.Value) bool { return value.Equal(e, args[1]) })
	return value.OfBool(found), nil
}

func arrayRange(_ *expr.Env, args []value.Value) (value.Value, error) {
	start, errStart := truncated(args[0])
	end, errEnd := truncated(args[1])
	step, errStep := truncated(args[2])
	if errors.Join(errStart, errEnd, errStep) != nil {
		return value.Value{}, errOutOfRange
	}
	if step == 0 {
		return value.Value{}, errors.New("the step is 0")
	}
	count := (end-start)/step + 1
	if (end-start)*step < 0 {
		count = 0
	}
	if count > maxRange {
		return value.Value{}, errors.New("the range has more than 1000 elements")
	}
	elements := make([]value.Value, count)
	for i := range elements {
		elements[i] = value.OfInt(start + int64(i)*step)
	}
	return value.OfArray(elements), nil
}

// arrayGetItem gives null for an empty array, whatever the index: so
// AWS does by public measurements.
func arrayGetItem(_ *expr.Env, args []value.Value) (value.Value, error) {
	i, err := truncated(args[1])
	if err != nil {
		return value.Value{}, err
	}
	if args[0].Len() == 0 {
		return value.NullValue, nil
	}
	if i < 0 || i >= int64(args[0].Len()) {
		return value.Value{}, errors.New("the index is outside of the array")
	}
	return args[0].At(int(i)), nil
}

func arrayLength(_ *expr.Env, args []value.Value) (value.Value, error) {
	return value.OfInt(int64(args[0].Len())), nil
}

// arrayUnique keeps the first of equal elements.
func arrayUnique(_ *expr.Env, args []value.Value) (value.Value, error) {
	var unique []value.Value
	seen := make(map[string]bool, args[0].Len())
	for _, e := range args[0].Elements() {
		if key := string(canonical(nil, e)); !seen[key] {
			seen[key] = true
			unique = append(unique, e)
		}
	}
	return value.OfArray(unique), nil
}
