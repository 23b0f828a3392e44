package expr

import (
	"slices"
	"unicode/utf16"
)

// HashOrder gives the places of different names in the order in which a hash
// table of the JVM hands them out, having taken them one after the other. Where
// AWS gathers members in such a table, its answers have this order: it shows in
// texts, and so in what a function makes of a text.
func HashOrder(names []string) []int {
	slots := uint32(16)
	for len(names) > int(slots)*3/4 {
		slots *= 2
	}
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return int(slot(names[a], slots)) - int(slot(names[b], slots))
	})
	return order
}

// slot gives the place of a name in a table with that many, a power of two.
func slot(name string, slots uint32) uint32 {
	hash := uint32(0)
	for _, unit := range utf16.Encode([]rune(name)) {
		hash = 31*hash + uint32(unit)
	}
	return (hash ^ hash>>16) & (slots - 1)
}
