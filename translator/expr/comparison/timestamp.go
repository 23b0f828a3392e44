package comparison

import "github.com/seed-a99ddb6e/stepwell/translator/value"

// timestamps compares points in time.
func timestamps(a, b value.Value) (int, bool) {
	s, okS := a.Time()
	t, okT := b.Time()
	return s.Compare(t), okS && okT
}

func isTimestamp(v, wanted value.Value) bool {
	_, ok := v.Time()
	return ok == wanted.IsTrue()
}
