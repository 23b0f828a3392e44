package picture

import (
	"math"
	"strings"
	"time"
)

// FormatDateTime writes a time, in milliseconds since 1970, by a picture and
// in a time zone such as "+0530"; "" is UTC.
func FormatDateTime(millis int64, picture, timezone string) (string, error) {
	p, err := CompileDateTime(picture)
	if err != nil {
		return "", err
	}
	return p.Format(millis, timezone)
}

// offset is a time zone's, in the reference's parts: minutes has the sign of
// the whole, and hours is rounded down.
type offset struct{ hours, minutes int }

// zoneOffset reads the leading integer of a time zone.
func zoneOffset(timezone string) (o offset, err error) {
	if timezone == "" {
		return o, nil
	}
	n := leadingInteger(timezone)
	if math.IsNaN(n) || math.Abs(n) > 1e6 {
		return o, fault(codeTimezone, timezone)
	}
	return offset{hours: int(math.Floor(n / 100)), minutes: int(n) % 100}, nil
}

func (o offset) millis() int64 { return int64(60*o.hours+o.minutes) * 60_000 }

// Format writes a time, in milliseconds since 1970. The error is an *[Error]:
// D3130, D3133, D3134, or D3136 for a time that ECMAScript has not.
func (p *DateTimePicture) Format(millis int64, timezone string) (string, error) {
	zone, err := zoneOffset(timezone)
	if err != nil {
		return "", err
	}
	local := millis + zone.millis()
	if math.Abs(float64(millis)) > largestTime || math.Abs(float64(local)) > largestTime {
		return "", fault(codeInsufficient, millis)
	}
	t := time.UnixMilli(local).UTC()
	var b strings.Builder
	for i := range p.parts {
		text, err := p.parts[i].format(t, zone)
		if err != nil {
			return "", err
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

func (p *part) format(t time.Time, zone offset) (string, error) {
	switch p.component {
	case 0:
		return p.literal, nil
	case 'P':
		return p.halfDay(t), nil
	case 'C', 'E':
		return "ISO", nil
	case 'Z', 'z':
		return p.zone(zone)
	}
	n := componentOf(t, p.component)
	if p.names != noNames {
		return p.name(n)
	}
	if p.component == 'Y' {
		n = p.lastDigits(n)
	}
	return p.integer.Format(float64(n))
}

// lastDigits cuts a year to its width.
func (p *part) lastDigits(year int) int {
	if p.digits > 0 && p.digits < 7 {
		return year % int(math.Pow10(p.digits))
	}
	return year
}

func (p *part) halfDay(t time.Time) string {
	half := "am"
	if t.Hour() >= 12 {
		half = "pm"
	}
	if p.names == upper {
		return strings.ToUpper(half)
	}
	return half
}

// name writes the name of a month or a day.
func (p *part) name(n int) (string, error) {
	names := p.allNames()
	if names == nil {
		return "", fault(codeName, string(p.component))
	}
	name := names[n-1]
	switch p.names {
	case upper:
		name = strings.ToUpper(name)
	case lower:
		name = strings.ToLower(name)
	}
	return p.cut(name), nil
}

func (p *part) allNames() []string {
	switch p.component {
	case 'M', 'x':
		return monthNames
	case 'F':
		return dayNames
	}
	return nil
}

func (p *part) cut(name string) string {
	if p.maxWidth > 0 {
		return name[:min(p.maxWidth, len(name))]
	}
	return name
}

// zone writes an offset: with the picture's separator, or as one number of
// three or four digits, or as hours with the minutes only if there are any.
func (p *part) zone(zone offset) (text string, err error) {
	hundreds := zone.hours*100 + zone.minutes
	switch width := p.integer.mandatory; {
	case p.integer.every > 0 || p.integer.primary == decimal && (width == 3 || width == 4):
		text, err = p.integer.Format(float64(hundreds))
	case p.integer.primary == decimal && width <= 2:
		text, err = p.integer.Format(float64(zone.hours))
		if zone.minutes != 0 && err == nil {
			var minutes string
			minutes, err = FormatInteger(float64(zone.minutes), "00")
			text += ":" + minutes
		}
	default:
		return "", fault(codeTimezone, width)
	}
	switch {
	case err != nil:
		return "", err
	case hundreds == 0 && p.zulu:
		return "Z", nil
	case hundreds >= 0:
		text = "+" + text
	}
	if p.component == 'z' {
		text = "GMT" + text
	}
	return text, nil
}
