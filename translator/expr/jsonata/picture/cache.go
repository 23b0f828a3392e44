package picture

// Cache keeps the pictures that were compiled last, for an evaluation that
// uses the same few again and again. The zero Cache is empty; it must not be
// used by two goroutines at once. Faults are not kept.
type Cache struct {
	numbers   recent[numberKey, *NumberPicture]
	integers  recent[string, *IntegerPicture]
	dateTimes recent[string, *DateTimePicture]
	parsers   recent[string, *DateTimeParser]
}

type numberKey struct {
	picture string
	options NumberOptions
}

// Number is [CompileNumber].
func (c *Cache) Number(picture string, options NumberOptions) (*NumberPicture, error) {
	return c.numbers.get(numberKey{picture, options}, func(k numberKey) (*NumberPicture, error) {
		return CompileNumber(k.picture, k.options)
	})
}

// Integer is [CompileInteger].
func (c *Cache) Integer(picture string) (*IntegerPicture, error) {
	return c.integers.get(picture, CompileInteger)
}

// DateTime is [CompileDateTime].
func (c *Cache) DateTime(picture string) (*DateTimePicture, error) {
	return c.dateTimes.get(picture, CompileDateTime)
}

// DateTimeParser is [CompileDateTime] and [DateTimePicture.Parser].
func (c *Cache) DateTimeParser(picture string) (*DateTimeParser, error) {
	return c.parsers.get(picture, func(picture string) (*DateTimeParser, error) {
		p, err := CompileDateTime(picture)
		if err != nil {
			return nil, err
		}
		return p.Parser()
	})
}

// recent is a short list of what was made last; the oldest gives way.
type recent[K comparable, V any] struct {
	entries []entry[K, V]
	oldest  int
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

// mostRecent is how many entries a list has at most: expressions that use more
// pictures at once compile some of them again.
const mostRecent = 8

func (r *recent[K, V]) get(key K, compile func(K) (V, error)) (V, error) {
	for i := range r.entries {
		if r.entries[i].key == key {
			return r.entries[i].value, nil
		}
	}
	value, err := compile(key)
	switch {
	case err != nil:
	case len(r.entries) < mostRecent:
		r.entries = append(r.entries, entry[K, V]{key, value})
	default:
		r.entries[r.oldest] = entry[K, V]{key, value}
		r.oldest = (r.oldest + 1) % mostRecent
	}
	return value, err
}
