package conformance

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// filters make the content of an object of what stands in a case's file. The
// last words of their names are arguments.
var filters = []struct {
	name string
	make func(text []byte, argument string) ([]byte, error)
}{
	{"chomp", func(text []byte, _ string) ([]byte, error) { return bytes.TrimSuffix(text, []byte("\n")), nil }},
	{"crlf", func(text []byte, _ string) ([]byte, error) {
		return bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")), nil
	}},
	{"fill", fill},
	{"repeat", repeat},
	{"hex", func(text []byte, _ string) ([]byte, error) {
		return hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
	}},
	{"gzip", zip},
	{"zstd", func(text []byte, _ string) ([]byte, error) {
		w, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		return w.EncodeAll(text, nil), nil
	}},
	{"parquet", toParquet},
	{"cut", func(text []byte, bytes string) ([]byte, error) {
		n, err := strconv.Atoi(bytes)
		return text[:max(len(text)-n, 0)], err
	}},
}

// made applies filters, such as "gzip | cut 10".
func made(text []byte, names string) (_ []byte, err error) {
	if names == "" {
		return text, nil
	}
	for name := range strings.SplitSeq(names, "|") {
		name, argument, _ := strings.Cut(strings.TrimSpace(name), " ")
		found := false
		for _, f := range filters {
			if f.name == name {
				found = true
				if text, err = f.make(text, argument); err != nil {
					return nil, fmt.Errorf("%s: %w", name, err)
				}
			}
		}
		if !found {
			return nil, fmt.Errorf("there is no way %q to make an object", name)
		}
	}
	return text, nil
}

func repeat(text []byte, times string) ([]byte, error) {
	n, err := strconv.Atoi(times)
	return bytes.Repeat(text, n), err
}

func fill(text []byte, letters string) ([]byte, error) {
	n, err := strconv.Atoi(letters)
	return bytes.ReplaceAll(text, []byte("@"), bytes.Repeat([]byte("x"), n)), err
}

func zip(text []byte, _ string) ([]byte, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	err := w.Close()
	return b.Bytes(), err
}

// toParquet makes a file of rows, one JSON object a line. The first one tells the
// columns: whole numbers are INT64, others DOUBLE, arrays LIST, objects groups; a
// row may have null in any of them. The argument is a codec of Parquet.
func toParquet(text []byte, codec string) ([]byte, error) {
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	first, err := value.Parse(lines[0])
	if err != nil {
		return nil, err
	}
	row, err := columnOf(first)
	if err != nil {
		return nil, err
	}
	compression, ok := map[string]compress.Codec{
		"": &parquet.Uncompressed, "snappy": &parquet.Snappy, "gzip": &parquet.Gzip, "zstd": &parquet.Zstd, "brotli": &parquet.Brotli, "lz4": &parquet.Lz4Raw,
	}[codec]
	if !ok {
		return nil, fmt.Errorf("no codec %q", codec)
	}
	var b bytes.Buffer
	w := parquet.NewWriter(&b, parquet.SchemaOf(reflect.New(row).Interface()), parquet.Compression(compression))
	for _, line := range lines {
		r := reflect.New(row)
		if err := json.Unmarshal(line, r.Interface()); err != nil {
			return nil, err
		}
		if err := w.Write(r.Interface()); err != nil {
			return nil, err
		}
	}
	err = w.Close()
	return b.Bytes(), err
}

// columnOf gives the Go type that stands for a column with such values.
func columnOf(v value.Value) (reflect.Type, error) {
	switch v.Kind() {
	case value.String:
		return reflect.TypeFor[string](), nil
	case value.Bool:
		return reflect.TypeFor[bool](), nil
	case value.Number:
		if _, whole := v.Int(); whole {
			return reflect.TypeFor[int64](), nil
		}
		return reflect.TypeFor[float64](), nil
	case value.Array:
		if v.Len() == 0 {
			break
		}
		element, err := columnOf(v.At(0))
		if err != nil {
			return nil, err
		}
		return reflect.SliceOf(element), nil
	case value.Object:
		var fields []reflect.StructField
		for i, e := range v.Elements() {
			column, err := columnOf(e)
			if err != nil {
				return nil, err
			}
			name, kind := v.NameAt(i), "optional"
			if e.Kind() == value.Array {
				kind = "list"
			} else {
				column = reflect.PointerTo(column)
			}
			fields = append(fields, reflect.StructField{
				Name: fmt.Sprintf("C%d", i), Type: column,
				Tag: reflect.StructTag(fmt.Sprintf(`json:%q parquet:%q`, name, name+","+kind)),
			})
		}
		return reflect.StructOf(fields), nil
	}
	return nil, fmt.Errorf("the type of a column cannot be told from %s", v)
}
