package jsonpath

// maxSteps is how many steps one lookup may take: many times what a document
// of 256 KiB needs, but well below a second. Without it a path such as
// $..*..*..*..* runs for hours.
const maxSteps = 1 << 21

// budget counts the steps of a lookup, those of filters too. It counts steps
// and not time, so that a replay ends at the same one.
type budget int

// spend takes n steps; it is false when there are not so many left.
func (b *budget) spend(n int) bool {
	*b += budget(n)
	return !b.exceeded()
}

func (b *budget) exceeded() bool { return *b > maxSteps }
