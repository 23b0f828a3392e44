package picture

import (
	"math"
	"strings"
	"time"
)

// component is a number that has been read, if it is known.
type component struct {
	n     float64
	known bool
}

// components are those of a time by their letter, from 'A'.
type components ['z' - 'A' + 1]component

func (c *components) at(letter byte) *component { return &c[letter-'A'] }

// says reports that a component is there and is not zero: as the reference
// has it, zeros do not count when it looks at what a text says.
func (c *components) says(letter byte) bool {
	n := c.at(letter).n
	return c.at(letter).known && n != 0 && !math.IsNaN(n)
}

// only reports that of the letters of a group some say something, and that
// they are all among the given ones.
func (c *components) only(given, group string) bool {
	some := false
	for i := range len(group) {
		if !c.says(group[i]) {
			continue
		}
		if strings.IndexByte(given, group[i]) < 0 {
			return false
		}
		some = true
	}
	return some
}

const (
	dateLetters = "YXMxWwdD"
	timeLetters = "PHhmsf"
)

// time makes milliseconds since 1970 of components, largest first. Those before
// the first that is known are now's; those behind the last that is known are
// the smallest; D3136 if one is missing in between.
func (c *components) time(now time.Time) (millis float64, err error) {
	date, clock := "YMD", "Hmsf"
	dayOfYear, byWeek := false, false
	switch {
	case c.only("YMD", dateLetters):
	case c.only("Yd", dateLetters):
		date, dayOfYear = "YD", true
	case c.only("Xxw", dateLetters):
		date, byWeek = "XxwF", true
	case c.only("XW", dateLetters):
		date, byWeek = "XWF", true
	}
	if !c.only("Hmsf", timeLetters) && c.only("Phmsf", timeLetters) {
		clock = "Phmsf"
	}
	if err := c.complete(date+clock, now); err != nil {
		return 0, err
	}
	if byWeek {
		return 0, fault(codeInsufficient, nil)
	}
	month, day := max(orZero(c.at('M').n)-1, 0), c.at('D').n
	if dayOfYear {
		first := utcOf(c.at('Y').n, 0, 1, 0, 0, 0, 0)
		derived := first + (c.at('d').n-1)*millisADay
		if math.IsNaN(derived) || math.Abs(derived) > largestTime {
			return math.NaN(), nil
		}
		t := timeOf(derived)
		month, day = float64(t.Month()-1), float64(t.Day())
	}
	hour := c.at('H').n
	if clock == "Phmsf" {
		if hour = c.at('h').n; hour == 12 {
			hour = 0
		}
		if c.at('P').n == 1 {
			hour += 12
		}
	}
	millis = utcOf(c.at('Y').n, month, day, hour, c.at('m').n, c.at('s').n, c.at('f').n)
	zone := c.at('z').n
	if c.says('Z') {
		zone = c.at('Z').n
	}
	if !math.IsNaN(zone) {
		millis -= zone * 60_000
	}
	return millis, nil
}

// complete fills in the components that are not known.
func (c *components) complete(letters string, now time.Time) error {
	started, ended := false, false
	for i := range len(letters) {
		letter := letters[i]
		switch at := c.at(letter); {
		case at.known && ended:
			return fault(codeInsufficient, nil)
		case at.known:
			started = true
		case !started:
			*at = component{n: nowOf(now, letter), known: true}
		default:
			ended = true
			*at = component{known: true}
			if letter == 'M' || letter == 'D' {
				at.n = 1
			}
		}
	}
	return nil
}

// nowOf gives a component of now. The half of the day is never taken from
// there: the reference has a word here where it later compares a number.
func nowOf(now time.Time, letter byte) float64 {
	if letter == 'P' {
		return 0
	}
	return float64(componentOf(now, letter))
}

func timeOf(millis float64) time.Time { return time.UnixMilli(int64(millis)).UTC() }
