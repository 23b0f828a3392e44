package reader

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// converterOf gives what makes JSON of the values of a column. The logical type
// decides (Apache Parquet, "LogicalTypes"):
//
//	integers, DECIMAL       numbers, with all their digits
//	FLOAT, DOUBLE           numbers; null when not finite
//	STRING, ENUM, UUID      strings
//	DATE, TIME, TIMESTAMP   strings of ISO 8601, ending with Z when they are in UTC
//	JSON                    the value that it holds
//	BSON, bytes             strings of base64
func converterOf(t parquet.Type) func(parquet.Value) (value.Value, error) {
	if logical := t.LogicalType(); logical != nil {
		switch l := logical.Value.(type) {
		case *format.StringType, *format.EnumType:
			return stringOf
		case *format.JsonType:
			return jsonOf
		case *format.UUIDType:
			return uuidOf
		case *format.DecimalType:
			return func(v parquet.Value) (value.Value, error) { return decimalOf(v, int(l.Scale)) }
		case *format.DateType:
			return dateOf
		case *format.TimestampType:
			return timestampOf(unitOf(l.Unit), l.IsAdjustedToUTC)
		case *format.TimeType:
			return timeOf(unitOf(l.Unit), l.IsAdjustedToUTC)
		case *format.IntType:
			if !l.IsSigned {
				return unsignedOf
			}
		}
	}
	switch t.Kind() {
	case parquet.Boolean:
		return func(v parquet.Value) (value.Value, error) { return value.OfBool(v.Boolean()), nil }
	case parquet.Int32:
		return func(v parquet.Value) (value.Value, error) { return value.OfInt(int64(v.Int32())), nil }
	case parquet.Int64:
		return func(v parquet.Value) (value.Value, error) { return value.OfInt(v.Int64()), nil }
	case parquet.Int96:
		return int96Of
	case parquet.Float:
		return func(v parquet.Value) (value.Value, error) { return floatOf(float64(v.Float()), 32) }
	case parquet.Double:
		return func(v parquet.Value) (value.Value, error) { return floatOf(v.Double(), 64) }
	}
	return func(v parquet.Value) (value.Value, error) {
		return value.OfString(base64.StdEncoding.EncodeToString(v.ByteArray())), nil
	}
}

func stringOf(v parquet.Value) (value.Value, error) {
	text := v.ByteArray()
	if at := invalidAt(text); at >= 0 {
		return value.NullValue, fmt.Errorf("its text is not UTF-8, at byte %d of the value", at)
	}
	return value.OfString(string(text)), nil
}

func jsonOf(v parquet.Value) (value.Value, error) {
	out, err := value.Parse(v.ByteArray())
	if err != nil {
		return value.NullValue, fmt.Errorf("its text is not JSON: %w", err)
	}
	return out, nil
}

func uuidOf(v parquet.Value) (value.Value, error) {
	b := v.ByteArray()
	if len(b) != 16 {
		return value.NullValue, errors.New("a UUID does not have 16 bytes")
	}
	h := hex.EncodeToString(b)
	return value.OfString(strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")), nil
}

func unsignedOf(v parquet.Value) (value.Value, error) {
	if v.Kind() == parquet.Int32 {
		return value.OfInt(int64(v.Uint32())), nil
	}
	return value.OfNumber(strconv.FormatUint(v.Uint64(), 10))
}

func floatOf(f float64, bits int) (value.Value, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return value.NullValue, nil
	}
	if bits == 64 {
		return value.OfFloat(f), nil
	}
	return value.OfNumber(strconv.FormatFloat(f, 'g', -1, bits))
}

// decimalOf gives the number with exactly as many decimals as its type has.
func decimalOf(v parquet.Value, scale int) (value.Value, error) {
	n := new(big.Int)
	switch v.Kind() {
	case parquet.Int32:
		n.SetInt64(int64(v.Int32()))
	case parquet.Int64:
		n.SetInt64(v.Int64())
	default: // big-endian two's complement
		b := v.ByteArray()
		n.SetBytes(b)
		if len(b) > 0 && b[0]&0x80 != 0 {
			n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
		}
	}
	const mostScale = 1000
	if scale < 0 || scale > mostScale {
		return value.NullValue, fmt.Errorf("its decimals have the scale %d", scale)
	}
	digits := new(big.Int).Abs(n).String()
	if short := scale + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	if scale > 0 {
		digits = digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
	}
	if n.Sign() < 0 {
		digits = "-" + digits
	}
	return value.OfNumber(digits)
}

// timeUnit is a unit of times: how many nanoseconds it has, and how times are
// written in it.
type timeUnit struct {
	nanos  int64
	layout string
}

func unitOf(u format.TimeUnit) timeUnit {
	switch u.Value.(type) {
	case *format.MilliSeconds:
		return timeUnit{1e6, "15:04:05.000"}
	case *format.MicroSeconds:
		return timeUnit{1e3, "15:04:05.000000"}
	}
	return timeUnit{1, "15:04:05.000000000"}
}

// at gives the time that is so many units after 1970.
func (u timeUnit) at(n int64) time.Time {
	second := int64(1e9) / u.nanos
	seconds, rest := n/second, n%second
	return time.Unix(seconds, rest*u.nanos).UTC()
}

func timestampOf(u timeUnit, utc bool) func(parquet.Value) (value.Value, error) {
	layout := "2006-01-02T" + u.layout + zone(utc)
	return func(v parquet.Value) (value.Value, error) {
		return value.OfString(u.at(v.Int64()).Format(layout)), nil
	}
}

func timeOf(u timeUnit, utc bool) func(parquet.Value) (value.Value, error) {
	layout := u.layout + zone(utc)
	return func(v parquet.Value) (value.Value, error) {
		n := int64(v.Int32())
		if v.Kind() == parquet.Int64 {
			n = v.Int64()
		}
		return value.OfString(u.at(n).Format(layout)), nil
	}
}

func zone(utc bool) string {
	if utc {
		return "Z"
	}
	return ""
}

func dateOf(v parquet.Value) (value.Value, error) {
	const day = 24 * 60 * 60
	return value.OfString(time.Unix(int64(v.Int32())*day, 0).UTC().Format(time.DateOnly)), nil
}

// int96Of reads the timestamps of older writers: nanoseconds of a Julian day.
func int96Of(v parquet.Value) (value.Value, error) {
	const epoch, day = 2440588, 24 * 60 * 60
	n := v.Int96()
	nanos := int64(uint64(n[1])<<32 | uint64(n[0]))
	t := time.Unix((int64(n[2])-epoch)*day, nanos).UTC()
	return value.OfString(t.Format("2006-01-02T15:04:05.000000000Z")), nil
}
