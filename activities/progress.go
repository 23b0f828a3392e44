package activities

import (
	"math/bits"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// progress is what an express shard has behind it. It stands in the heartbeat
// details of its activity once the parts that it names are written: the next
// attempt goes on from there and runs none of it again.
type progress struct {
	// Segment is the number of the next segment.
	Segment int              `json:"segment"`
	Result  wire.ShardResult `json:"result"`
	Done    itemSet          `json:"done"`
}

// itemSet is a set of items by their place in a shard. It takes little room
// when items are added roughly in order.
type itemSet struct {
	// Low is the number of words of Words that are full and left out.
	Low   int      `json:"low,omitempty"`
	Words []uint64 `json:"words,omitempty"`
}

// add puts n items from place first on into the set.
func (s *itemSet) add(first, n int64) {
	for place := first; place < first+n; place++ {
		word := int(place/64) - s.Low
		if word < 0 {
			continue
		}
		for word >= len(s.Words) {
			s.Words = append(s.Words, 0)
		}
		s.Words[word] |= 1 << (place % 64)
	}
	full := 0
	for full < len(s.Words) && s.Words[full] == ^uint64(0) {
		full++
	}
	if full > 0 {
		s.Low += full
		s.Words = s.Words[:copy(s.Words, s.Words[full:])]
	}
}

// has reports whether the item at the place is in the set.
func (s *itemSet) has(place int64) bool {
	word := int(place/64) - s.Low
	return word < 0 || word < len(s.Words) && s.Words[word]&(1<<(place%64)) != 0
}

// len gives the number of items.
func (s *itemSet) len() (n int64) {
	n = int64(s.Low) * 64
	for _, w := range s.Words {
		n += int64(bits.OnesCount64(w))
	}
	return n
}

// clone gives a copy that does not change with s.
func (s *itemSet) clone() itemSet {
	return itemSet{Low: s.Low, Words: append([]uint64(nil), s.Words...)}
}
