package picture

import (
	"strings"
	"time"
)

// ISO writes a time, in milliseconds since 1970, as [DefaultDateTime] does in
// UTC: years have four digits, of which those above 9999 keep the last.
func ISO(millis int64) string {
	t := time.UnixMilli(millis).UTC()
	year, month, day := t.Date()
	b := make([]byte, 0, len("-0000-00-00T00:00:00.000Z"))
	if year < 0 && year%10_000 != 0 {
		b = append(b, '-')
		year = -year
	}
	b = append(padded(b, max(year, -year)%10_000, 4), '-')
	b = append(padded(b, int(month), 2), '-')
	b = append(padded(b, day, 2), 'T')
	b = append(padded(b, t.Hour(), 2), ':')
	b = append(padded(b, t.Minute(), 2), ':')
	b = append(padded(b, t.Second(), 2), '.')
	b = append(padded(b, t.Nanosecond()/1_000_000, 3), 'Z')
	return string(b)
}

func padded(b []byte, n, width int) []byte {
	for divisor := [...]int{1, 1, 10, 100, 1000}[width]; divisor > 0; divisor /= 10 {
		b = append(b, byte('0'+n/divisor%10))
	}
	return b
}

// ParseISO reads a time without a picture: a year, which a month and a day may
// follow, then a time of day with a fraction of a second, then Z or an offset.
// Without an offset it is UTC. A day up to 31 that the month has not runs over
// into the next; 24:00:00 is the day's end; digits behind the milliseconds are
// dropped. It is not ok for anything else, which the reference refuses as
// D3110 or reads as NaN.
func ParseISO(text string) (millis int64, ok bool) {
	s := scanner{rest: text, ok: true}
	year := s.number(4, 0, 9999)
	month, day := 1, 1
	if s.eat('-') {
		month = s.number(2, 1, 12)
		if s.eat('-') {
			day = s.number(2, 1, 31)
		}
	}
	timed := s.eat('T')
	if timed {
		hour := s.number(2, 0, 24)
		s.need(':')
		minute := s.number(2, 0, 59)
		s.need(':')
		second := s.number(2, 0, 59)
		fraction := s.fraction()
		millis = int64(hour)*3_600_000 + int64(minute)*60_000 + int64(second)*1000 + fraction
		s.ok = s.ok && millis <= millisADay
	}
	switch {
	case s.eat('Z'), s.rest == "":
	case !timed:
		return 0, false
	default:
		millis -= s.zone()
	}
	if !s.ok || s.rest != "" {
		return 0, false
	}
	return millis + time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).UnixMilli(), true
}

// scanner reads fixed fields; ok turns false when one is not there.
type scanner struct {
	rest string
	ok   bool
}

func (s *scanner) eat(c byte) bool {
	if strings.HasPrefix(s.rest, string(rune(c))) {
		s.rest = s.rest[1:]
		return true
	}
	return false
}

func (s *scanner) need(c byte) { s.ok = s.eat(c) && s.ok }

// number reads so many digits.
func (s *scanner) number(digits, least, most int) (n int) {
	if len(s.rest) < digits {
		s.ok = false
		return least
	}
	for _, c := range []byte(s.rest[:digits]) {
		if c < '0' || c > '9' {
			s.ok = false
			return least
		}
		n = n*10 + int(c-'0')
	}
	s.rest = s.rest[digits:]
	s.ok = s.ok && least <= n && n <= most
	return n
}

// fraction reads a point and digits, and gives milliseconds.
func (s *scanner) fraction() (millis int64) {
	if !s.eat('.') {
		return 0
	}
	digits := 0
	for ; s.rest != "" && '0' <= s.rest[0] && s.rest[0] <= '9'; digits++ {
		if digits < 3 {
			millis = millis*10 + int64(s.rest[0]-'0')
		}
		s.rest = s.rest[1:]
	}
	s.ok = s.ok && digits > 0
	for ; digits < 3; digits++ {
		millis *= 10
	}
	return millis
}

// zone reads an offset and gives milliseconds.
func (s *scanner) zone() int64 {
	sign := int64(1)
	if s.eat('-') {
		sign = -1
	} else {
		s.need('+')
	}
	hours := s.number(2, 0, 23)
	s.eat(':')
	minutes := s.number(2, 0, 59)
	return sign * int64(hours*60+minutes) * 60_000
}
