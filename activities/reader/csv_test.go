package reader_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/reader"
	"github.com/seed-a99ddb6e/stepwell/activities/reader/readertest"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

func TestCSV(t *testing.T) {
	var text strings.Builder
	writer := csv.NewWriter(&text)
	require.NoError(t, writer.Write([]string{"id", "name", "note"}))
	var want []string
	for i := range 40 {
		note := []string{"plain", "a,b", "two\nlines", `he said "no"`, "", "ü€𝄞", "\n\n"}[i%7]
		require.NoError(t, writer.Write([]string{fmt.Sprint(i), "n", note}))
		want = append(want, fmt.Sprintf(`{"note":%s,"name":"n","id":"%d"}`, value.OfString(note), i))
	}
	writer.Flush()
	for name, source := range map[string]string{
		"LF":            text.String(),
		"CRLF":          strings.ReplaceAll(strings.ReplaceAll(text.String(), "\n", "\r\n"), "two\r\nlines", "two\nlines"),
		"byte order":    "\ufeff" + text.String(),
		"no line end":   strings.TrimSuffix(text.String(), "\n"),
		"CRLF at start": strings.Replace(text.String(), "\n", "\r\n", 1),
	} {
		if name == "CRLF" {
			source = strings.ReplaceAll(source, "\"\r\n\r\n\"", "\"\n\n\"")
		}
		t.Run(name, func(t *testing.T) {
			source := readertest.Object(t, store(), "a.csv", source, program.ReaderConfig{InputType: "CSV", CSVHeaderLocation: "FIRST_ROW"})
			readertest.Run(t, readertest.Case{Source: source, Want: items(t, want...)})
		})
	}
}

// CSV rules of AWS, "ItemReader (Map)", and of recorded executions.
func TestCSVRules(t *testing.T) {
	for _, c := range []struct{ name, delimiter, header, text, want string }{
		{"values are strings", "", "a,b", "1,true\n", `[{"a":"1","b":"true"}]`},
		{"spaces stay", "", "a,b", "  , x\n", `[{"a":"  ","b":" x"}]`},
		{"short row", "", "a,b,c", "1\n", `[{"a":"1","b":"","c":""}]`},
		{"long row", "", "a", "1,2,3\n", `[{"a":"1"}]`},
		{"blank line", "", "a,b", "1,2\n\n3,4\n", `[{"a":"1","b":"2"},{"a":"","b":""},{"a":"3","b":"4"}]`},
		{"blank last line", "", "a", "1\n\n", `[{"a":"1"},{"a":""}]`},
		{"no rows", "", "a", "", `[]`},
		{"unnamed column", "", "a,", "1,2\n", `[{"":"2","a":"1"}]`},
		{"carriage return in a field", "", "a,b", "1,x\ry\n2,\"u\rv\"", `[{"a":"1","b":"x\ry"},{"a":"2","b":"u\rv"}]`},
		{"carriage returns in one record", "", "a,b", "1,\"x\ry\"\r", `[{"a":"1","b":"x\ry"}]`},
		{"quotes", "", "a,b", "\"x,y\",\"1\n2\"\n", `[{"a":"x,y","b":"1\n2"}]`},
		{"doubled quotes", "", "a", "\"say \"\"hi\"\"\"\n", `[{"a":"say \"hi\""}]`},
		{"empty quotes", "", "a,b", "\"\",\"\"\"\"\n", `[{"a":"","b":"\""}]`},
		{"quote inside a field", "", "a,b", "5\" pipe,x\n", `[{"a":"5\" pipe","b":"x"}]`},
		{"text after quotes", "", "a,b", "\"x\"y,z\n", `[{"a":"xy","b":"z"}]`},
		{"escaped backslash", "", "a,b", `C:\\Program Files\\MyApp.exe,6534512` + "\n", `[{"a":"C:\\Program Files\\MyApp.exe","b":"6534512"}]`},
		{"escaped quote", "", "a", `"say \"hi\""` + "\n", `[{"a":"say \"hi\""}]`},
		{"escaped quote outside quotes", "", "a", `say \"hi\"` + "\n", `[{"a":"say \"hi\""}]`},
		{"escaped delimiter", "", "a,b", `x\,y,z` + "\n", `[{"a":"x,y","b":"z"}]`},
		{"other backslashes vanish", "", "a,b", `\x\n\|,"\q"` + "\n", `[{"a":"xn|","b":"q"}]`},
		{"backslash before the line end", "", "a,b", "x\\\ny\n", `[{"a":"x","b":""},{"a":"y","b":""}]`},
		{"backslash at the end", "", "a", `x\`, `[{"a":"x"}]`},
		{"pipe", "PIPE", "a|b", "1,2|3\\|4\n", `[{"a":"1,2","b":"3|4"}]`},
		{"semicolon", "SEMICOLON", "a;b", "1;2\n", `[{"a":"1","b":"2"}]`},
		{"space", "SPACE", "a b", "1 2\n", `[{"a":"1","b":"2"}]`},
		{"tab", "TAB", "a\tb", "1\t2\n", `[{"a":"1","b":"2"}]`},
		{"CRLF after quotes", "", "a,b", "1,\"2\"\r\n3,4\r\n", `[{"a":"1","b":"2"},{"a":"3","b":"4"}]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := program.ReaderConfig{InputType: "CSV", CSVHeaderLocation: "FIRST_ROW", CSVDelimiter: c.delimiter}
			assert.Equal(t, c.want, all(t, readertest.Object(t, store(), "a.csv", c.header+"\n"+c.text, config)))
			delimiter := map[string]string{"": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}[c.delimiter]
			config.CSVHeaderLocation, config.CSVHeaders = "GIVEN", strings.Split(c.header, delimiter)
			assert.Equal(t, c.want, all(t, readertest.Object(t, store(), "a.csv", c.text, config)), "headers given")
		})
	}
}

// FuzzCSV cuts any text into shards and compares them with a
// plain reading of the whole by the rules as they are written down.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{"a,b\nc,d\n", "\"a\n\",b\r\n\\\"c\n\n", "a\\\n\"\"\"x\"\"y\"z,\\,", "\\\\\"\n,\",\\\"\n\"", "\r\n\r", "\xef\xbb\xbfx"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := store()
		source := readertest.Object(t, s, "a.csv", text, program.ReaderConfig{InputType: "CSV", CSVHeaderLocation: "GIVEN", CSVHeaders: []string{"a", "b"}})
		want, open := plainCSV(strings.TrimPrefix(text, "\ufeff"))
		if open || !utf8.ValidString(text) {
			assert.ErrorAs(t, readAll(t, source), new(*reader.Error))
			return
		}
		for _, limits := range append(cuts(), generous) {
			got := readertest.Read(t, source, readertest.Plan(t, source, limits))
			require.Len(t, got, len(want))
			for i, row := range want {
				require.EqualValues(t, i, got[i].Index)
				require.Equal(t, row[0], got[i].Value.Get("a").Text())
				require.Equal(t, row[1], got[i].Value.Get("b").Text())
			}
		}
	})
}

// plainCSV reads records of two columns, character by character.
func plainCSV(text string) (rows [][2]string, open bool) {
	var fields []string
	var field strings.Builder
	quoted, fresh, wasQuoted := false, true, false
	begun := false
	endField := func() {
		fields = append(fields, field.String())
		field.Reset()
		fresh, wasQuoted = true, false
	}
	endRow := func() {
		endField()
		fields = append(fields, "", "")
		rows = append(rows, [2]string{fields[0], fields[1]})
		fields, begun = nil, false
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		begun = true
		next := byte(0)
		if i+1 < len(text) {
			next = text[i+1]
		}
		atLineEnd := c == '\r' && (i+1 == len(text) || next == '\n')
		switch {
		case c == '\\':
			if next == '\\' || next == '"' || next == ',' {
				field.WriteByte(next)
				i++
			}
			if !quoted {
				fresh, wasQuoted = false, false
			}
		case quoted && c == '"':
			quoted, wasQuoted = false, true
		case quoted:
			field.WriteByte(c)
		case c == '\n':
			endRow()
		case atLineEnd:
		case c == ',':
			endField()
		case c == '"' && wasQuoted:
			field.WriteByte('"')
			quoted, wasQuoted = true, false
		case c == '"' && fresh:
			quoted, fresh = true, false
		default:
			field.WriteByte(c)
			fresh, wasQuoted = false, false
		}
	}
	if begun {
		endRow()
	}
	return rows, quoted
}

func BenchmarkCSV(b *testing.B) {
	row := "10248,VINET,1996-07-04,32.38,Reims,France\n"
	rows := 100_000
	source := readertest.Object(b, store(), "a.csv", "id,customer,date,freight,city,country\n"+strings.Repeat(row, rows), program.ReaderConfig{InputType: "CSV", CSVHeaderLocation: "FIRST_ROW"})
	r, err := reader.Open(source)
	require.NoError(b, err)
	shards := readertest.Plan(b, source, generous)
	b.Run("plan", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := r.Plan(context.Background(), wire.Cursor{}, reader.LimitsOf(program.ExpressBatch, machine.Distribute{}))
			require.NoError(b, err)
		}
		b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			require.NoError(b, r.Read(context.Background(), shards[0], func(reader.Item) error { return nil }))
		}
		b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}
