package picture

import (
	"math"
	"time"
)

const (
	millisADay  = 24 * 60 * 60 * 1000
	millisAWeek = 7 * millisADay
	// largestTime is the last millisecond, before or after 1970, that a time
	// of ECMAScript may be.
	largestTime = 8.64e15
)

var (
	monthNames = []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
	dayNames   = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
)

// utc gives the milliseconds of a date as Date.UTC does: months count from 0,
// may lie outside of the year, and years below 100 are those of 1900.
func utc(year, month, day int) int64 {
	if 0 <= year && year <= 99 {
		year += 1900
	}
	return time.Date(year, time.Month(month+1), day, 0, 0, 0, 0, time.UTC).UnixMilli()
}

// utcOf is utc with a time, of numbers as they were read; NaN beyond what a
// time may be.
func utcOf(year, month, day, hour, minute, second, milli float64) float64 {
	all := [...]float64{year, month, day, hour, minute, second, milli}
	for i := range all {
		if math.IsNaN(all[i]) || math.Abs(all[i]) > largestTime {
			return math.NaN()
		}
		all[i] = math.Trunc(all[i])
	}
	if year = all[0]; math.Abs(year) > 300_000 || math.Abs(all[1]) > 4_000_000 {
		return math.NaN()
	}
	start := float64(utc(int(year), int(all[1]), 1))
	millis := start + (all[2]-1)*millisADay + all[3]*3_600_000 + all[4]*60_000 + all[5]*1000 + all[6]
	if math.Abs(millis) > largestTime {
		return math.NaN()
	}
	return millis
}

// startOfFirstWeek gives the Monday of the first ISO week of a year, when the
// month is 0, or of a month: the week in which its first Thursday is.
func startOfFirstWeek(year, month int) int64 {
	first := utc(year, month, 1)
	weekday := isoWeekday(time.UnixMilli(first).UTC())
	if weekday > 4 {
		return first + int64(8-weekday)*millisADay
	}
	return first - int64(weekday-1)*millisADay
}

// isoWeekday counts from Monday as 1.
func isoWeekday(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

// weekOf gives the number of the week in a period of so many months, or in
// the one before or behind it whose week it is.
func weekOf(today int64, year, month, length int) int {
	start := startOfFirstWeek(year, month)
	switch {
	case today < start:
		start = startOfFirstWeek(year, month-length)
	case today >= startOfFirstWeek(year, month+length):
		return 1
	}
	return int((today-start)/millisAWeek) + 1
}

// componentOf gives a component that is a number.
func componentOf(t time.Time, component byte) int {
	year, month, day := t.Year(), int(t.Month())-1, t.Day()
	today := utc(year, month, day)
	switch component {
	case 'Y':
		return year
	case 'M':
		return month + 1
	case 'D':
		return day
	case 'd':
		return int((today-utc(year, 0, 1))/millisADay) + 1
	case 'F':
		return isoWeekday(t)
	case 'W':
		return weekOf(today, year, 0, 12)
	case 'w':
		return weekOf(today, year, month, 1)
	case 'X':
		switch now := t.UnixMilli(); {
		case now < startOfFirstWeek(year, 0):
			return year - 1
		case now >= startOfFirstWeek(year+1, 0):
			return year + 1
		}
		return year
	case 'x':
		switch now := t.UnixMilli(); {
		case now < startOfFirstWeek(year, month):
			return (month+11)%12 + 1
		case now >= startOfFirstWeek(year, month+1):
			return (month+1)%12 + 1
		}
		return month + 1
	case 'H':
		return t.Hour()
	case 'h':
		return (t.Hour()+11)%12 + 1
	case 'm':
		return t.Minute()
	case 's':
		return t.Second()
	}
	return t.Nanosecond() / 1_000_000
}
