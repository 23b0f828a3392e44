package picture

import (
	"math"
	"strings"
)

// The words of numbers. Those of one list stand for its indexes, times ten in
// tens; an index below 2 there is not used.
var (
	units = []string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
		"twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}
	ordinalUnits = []string{"zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
		"twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"}
	tens       = []string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
	magnitudes = []struct {
		value float64
		word  string
	}{{1e12, "trillion"}, {1e9, "billion"}, {1e6, "million"}, {1e3, "thousand"}}
)

// wordWriter writes numbers in words, each word but "and" with a capital.
type wordWriter struct{ strings.Builder }

func (w *wordWriter) word(text string) {
	w.WriteString(strings.ToUpper(text[:1]))
	w.WriteString(text[1:])
}

// write writes an integer of zero and above, behind a larger part or not.
func (w *wordWriter) write(n float64, behind, ordinal bool) {
	switch {
	case n < 100 && behind:
		w.WriteString(" and ")
	case behind:
		w.WriteString(", ")
	}
	rest := 0.0
	switch {
	case n < 20 && ordinal:
		w.word(ordinalUnits[int(n)])
		return
	case n < 20:
		w.word(units[int(n)])
		return
	case n < 100:
		ten := tens[int(n)/10]
		switch rest := math.Mod(n, 10); {
		case rest > 0:
			w.word(ten)
			w.WriteByte('-')
			w.write(rest, false, ordinal)
		case ordinal:
			w.word(strings.TrimSuffix(ten, "y") + "ieth")
		default:
			w.word(ten)
		}
		return
	case n < 1000:
		w.word(units[int(n)/100])
		w.WriteString(" Hundred")
		rest = math.Mod(n, 100)
	default:
		at := 0
		for n < magnitudes[at].value {
			at++
		}
		magnitude := magnitudes[at]
		count := math.Floor(n / magnitude.value)
		w.write(count, false, false)
		w.WriteByte(' ')
		w.word(magnitude.word)
		rest = n - float64(count*magnitude.value) // two roundings on every machine
	}
	switch {
	case rest > 0:
		w.write(rest, true, ordinal)
	case ordinal:
		w.WriteString("th")
	}
}

// wordValue gives the number that a word stands for, NaN for none.
func wordValue(word string) float64 {
	for i := range units {
		if word == units[i] || word == ordinalUnits[i] {
			return float64(i)
		}
	}
	for i := 2; i < len(tens); i++ {
		if word == tens[i] || word == strings.TrimSuffix(tens[i], "y")+"ieth" {
			return float64(i * 10)
		}
	}
	word = strings.TrimSuffix(word, "th")
	if word == "hundred" {
		return 100
	}
	for _, m := range magnitudes {
		if word == m.word {
			return m.value
		}
	}
	return math.NaN()
}

// allWords lists every word that has a value.
func allWords() (all []string) {
	all = append(append(all, units...), ordinalUnits...)
	for _, ten := range tens[2:] {
		all = append(all, ten, strings.TrimSuffix(ten, "y")+"ieth")
	}
	all = append(all, "hundred", "hundredth")
	for _, m := range magnitudes {
		all = append(all, m.word, m.word+"th")
	}
	return all
}

// parseWords adds and multiplies as the words come: what is below a hundred is
// added to the last part, unless that has reached a thousand; what is more
// multiplies it. NaN when a word is none.
func parseWords(text string) float64 {
	parts := []float64{0}
	for _, word := range splitWords(text) {
		last := len(parts) - 1
		switch value := wordValue(word); {
		case !(value < 100):
			parts[last] *= value
		case parts[last] >= 1000:
			parts = append(parts, value)
		default:
			parts[last] += value
		}
	}
	total := 0.0
	for _, part := range parts {
		total += part
	}
	return total
}

// splitWords cuts at a comma with a space behind it, at "and" between spaces,
// at a space, a dash or a backslash.
func splitWords(text string) (words []string) {
	runes := []rune(text)
	start := 0
	for i := 0; i < len(runes); {
		width := separatorWidth(runes[i:])
		if width == 0 {
			i++
			continue
		}
		words = append(words, string(runes[start:i]))
		i += width
		start = i
	}
	return append(words, string(runes[start:]))
}

func separatorWidth(rest []rune) int {
	space := func(i int) bool { return i < len(rest) && isSpace(rest[i]) }
	switch {
	case rest[0] == ',' && space(1):
		return 2
	case space(0) && space(4) && string(rest[1:4]) == "and":
		return 5
	case space(0), rest[0] == '-', rest[0] == '\\':
		return 1
	}
	return 0
}
