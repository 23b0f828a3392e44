package check

import (
	"fmt"
	"strings"
)

// Suggestions are for people: longer names and longer lists are not searched,
// so that a hostile text costs no more than a small one.
const (
	maxCompared   = 120
	maxCandidates = 100
)

// short is the length up to which a name must share its first letter with what
// it is said to mean: in short names one letter makes another word.
const short = 4

// nearest gives the candidate that name was most likely meant to be, by edit
// distance without regard to case, the first of equals, or else one that name
// begins; "" when none is near.
func nearest(name string, candidates []string) string {
	if len(name) > maxCompared || len(candidates) > maxCandidates {
		return ""
	}
	lower := strings.ToLower(name)
	best, bestDistance := "", max(1, len([]rune(name))/3)+1
	for _, candidate := range candidates {
		other := strings.ToLower(candidate)
		if len(candidate) > maxCompared || len(lower) <= short && !strings.HasPrefix(other, lower[:min(1, len(lower))]) {
			continue
		}
		if d := distance(lower, other); candidate != name && d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	if best == "" && len(lower) >= short {
		for _, candidate := range candidates {
			if strings.HasPrefix(strings.ToLower(candidate), lower) {
				return candidate
			}
		}
	}
	return best
}

// didYouMean gives the hint for a name that is not among the candidates,
// otherwise when none is near.
func didYouMean(name string, candidates []string, otherwise string) string {
	if near := nearest(name, candidates); near != "" {
		return fmt.Sprintf("Did you mean '%s'?", near)
	}
	return otherwise
}

// distance is the number of characters to insert, delete, replace or swap with
// their neighbour to get from a to b (optimal string alignment).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, previous, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := range x {
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			row[j+1] = min(previous[j+1]+1, row[j]+1, previous[j]+cost)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, previous, row = previous, row, before
	}
	return previous[len(y)]
}
