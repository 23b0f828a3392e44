package intrinsic

import (
	"errors"
	"math"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

var errOutOfRange = errors.New("a number is out of the range of 32-bit integers")

// rounded gives the nearest integer as Java's Math.round finds it: a half goes
// up, -1.5 gives -1. It must fit 32 bits.
func rounded(v value.Value) (int64, error) {
	f, ok := v.Float()
	return integer(math.Floor(f+0.5), ok)
}

// truncated gives the integer part. AWS's guide speaks of rounding, but
// public measurements show that all functions but States.MathAdd cut fractions
// off.
func truncated(v value.Value) (int64, error) {
	f, ok := v.Float()
	return integer(math.Trunc(f), ok)
}

func integer(f float64, ok bool) (int64, error) {
	if !ok || f < math.MinInt32 || f > math.MaxInt32 {
		return 0, errOutOfRange
	}
	return int64(f), nil
}

func mathAdd(_ *expr.Env, args []value.Value) (value.Value, error) {
	a, errA := rounded(args[0])
	b, errB := rounded(args[1])
	if err := errors.Join(errA, errB); err != nil {
		return value.Value{}, errOutOfRange
	}
	if sum := a + b; sum >= math.MinInt32 && sum <= math.MaxInt32 {
		return value.OfInt(sum), nil
	}
	return value.Value{}, errOutOfRange
}

// mathRandom gives a number from start up to, not including, end. With a seed
// it is the same for the same seed; it is not the number that AWS would draw.
func mathRandom(env *expr.Env, args []value.Value) (value.Value, error) {
	start, errStart := truncated(args[0])
	end, errEnd := truncated(args[1])
	if errors.Join(errStart, errEnd) != nil {
		return value.Value{}, errOutOfRange
	}
	if start >= end {
		return value.Value{}, errors.New("the start is not below the end")
	}
	random := env.Random
	if len(args) == 3 {
		seed, ok := args[2].Float()
		if !ok {
			return value.Value{}, errOutOfRange
		}
		derived := expr.Derive(math.Float64bits(math.Trunc(seed)+0), 0)
		random = &derived
	}
	if random == nil {
		return value.Value{}, errNoRandom
	}
	return value.OfInt(start + random.Intn(end-start)), nil
}

var errNoRandom = errors.New("there is no source of random numbers here")

func uuid(env *expr.Env, _ []value.Value) (value.Value, error) {
	if env.Random == nil {
		return value.Value{}, errNoRandom
	}
	return value.OfString(env.Random.UUID()), nil
}
