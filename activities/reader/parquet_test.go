package reader_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/objects/objectstest"
	"github.com/seed-a99ddb6e/stepwell/activities/reader"
	"github.com/seed-a99ddb6e/stepwell/activities/reader/readertest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

type order struct {
	ID    int64    `parquet:"id"`
	Note  *string  `parquet:"note,optional"`
	Tags  []string `parquet:"tags,list"`
	Price float64  `parquet:"price"`
}

// orders gives rows of all that lists and nulls can be.
func orders(n int) []order {
	all := make([]order, n)
	for i := range all {
		all[i] = order{ID: int64(i), Price: float64(i) / 4}
		if i%3 > 0 {
			note := fmt.Sprintf("größe %d", i)
			all[i].Note = &note
		}
		for tag := range i % 4 {
			all[i].Tags = append(all[i].Tags, fmt.Sprint("t", tag))
		}
	}
	return all
}

func orderText(i int) string {
	note, tags := "null", ""
	if i%3 > 0 {
		note = fmt.Sprintf(`"größe %d"`, i)
	}
	for tag := range i % 4 {
		tags += fmt.Sprintf(`,"t%d"`, tag)
	}
	return fmt.Sprintf(`{"id":%d,"note":%s,"tags":[%s],"price":%s}`, i, note, tags[min(1, len(tags)):], value.OfFloat(float64(i)/4))
}

func parquetOf[T any](t testing.TB, rows []T, options ...parquet.WriterOption) []byte {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[T](&b, options...)
	_, err := w.Write(rows)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

// withoutIndex gives the file as writers leave it that write no index of pages.
func withoutIndex(t testing.TB, file []byte) []byte {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	footer := *f.Metadata()
	for _, g := range footer.RowGroups {
		for i := range g.Columns {
			c := &g.Columns[i]
			c.OffsetIndexOffset, c.OffsetIndexLength, c.ColumnIndexOffset, c.ColumnIndexLength = 0, 0, 0, 0
		}
	}
	text, err := thrift.Marshal(new(thrift.CompactProtocol), &footer)
	require.NoError(t, err)
	at := len(file) - 8 - int(binary.LittleEndian.Uint32(file[len(file)-8:]))
	out := append(bytes.Clone(file[:at]), text...)
	return append(binary.LittleEndian.AppendUint32(out, uint32(len(text))), "PAR1"...)
}

var parquetConfig = program.ReaderConfig{InputType: "PARQUET"}

// Files of all codecs and page versions, of one row group and of many, with and
// without an index of their pages.
func TestParquet(t *testing.T) {
	const n = 50
	var want []string
	for i := range n {
		want = append(want, orderText(i))
	}
	for name, options := range map[string][]parquet.WriterOption{
		"one row group": nil,
		"row groups":    {parquet.MaxRowsPerRowGroup(9)},
		"small pages":   {parquet.PageBufferSize(40), parquet.DataPageVersion(1)},
		"version 2":     {parquet.PageBufferSize(40), parquet.DataPageVersion(2)},
		"snappy":        {parquet.Compression(&parquet.Snappy), parquet.MaxRowsPerRowGroup(20)},
		"gzip":          {parquet.Compression(&parquet.Gzip)},
		"zstd":          {parquet.Compression(&parquet.Zstd), parquet.PageBufferSize(100)},
		"brotli":        {parquet.Compression(&parquet.Brotli), parquet.MaxRowsPerRowGroup(20)},
	} {
		file := parquetOf(t, orders(n), options...)
		t.Run(name, func(t *testing.T) {
			source := readertest.Object(t, store(), "a.parquet", string(file), parquetConfig)
			readertest.Run(t, readertest.Case{Source: source, Want: items(t, want...)})
		})
		t.Run(name+" without index", func(t *testing.T) {
			source := readertest.Object(t, store(), "a.parquet", string(withoutIndex(t, file)), parquetConfig)
			// Cut finely, as it is there, every row group is long enough to be copied.
			readertest.Run(t, readertest.Case{Source: source, Want: items(t, want...), Copied: true})
		})
	}
	t.Run("no rows", func(t *testing.T) {
		readertest.Run(t, readertest.Case{Source: readertest.Object(t, store(), "a", string(parquetOf(t, orders(0))), parquetConfig)})
	})
}

// Columns become JSON by their logical types.
func TestParquetTypes(t *testing.T) {
	type nested struct {
		A int32  `parquet:"a"`
		B *int32 `parquet:"b,optional"`
	}
	type inner struct {
		List []*int32 `parquet:"list,list"`
	}
	type row struct {
		Flag      bool             `parquet:"flag"`
		Small     int32            `parquet:"small"`
		Large     int64            `parquet:"large"`
		Byte      uint8            `parquet:"byte"`
		Unsigned  uint64           `parquet:"unsigned"`
		Single    float32          `parquet:"single"`
		Double    float64          `parquet:"double"`
		NaN       float64          `parquet:"nan"`
		Text      string           `parquet:"text"`
		Kind      string           `parquet:"kind,enum"`
		JSON      string           `parquet:"json,json"`
		Bytes     []byte           `parquet:"bytes"`
		Fixed     [3]byte          `parquet:"fixed"`
		UUID      [16]byte         `parquet:"uuid,uuid"`
		Cents     int32            `parquet:"cents,decimal(2:9)"`
		Money     int64            `parquet:"money,decimal(4:18)"`
		Huge      [16]byte         `parquet:"huge,decimal(10:38)"`
		Date      int32            `parquet:"date,date"`
		Millis    int64            `parquet:"millis,timestamp(millisecond)"`
		Micros    int64            `parquet:"micros,timestamp(microsecond:local)"`
		Nanos     int64            `parquet:"nanos,timestamp(nanosecond)"`
		Clock     int32            `parquet:"clock,time(millisecond)"`
		Old       deprecated.Int96 `parquet:"old"`
		Struct    nested           `parquet:"struct"`
		Maybe     *nested          `parquet:"maybe,optional"`
		Repeated  []int32          `parquet:"repeated"`
		List      []nested         `parquet:"list,list"`
		Lists     []inner          `parquet:"lists,list"`
		Structs   []nested         `parquet:"structs"`
		Map       map[string]int32 `parquet:"map"`
		ByNumber  map[int32]nested `parquet:"by_number"`
		MaybeText *string          `parquet:"maybe_text,optional"`
	}
	two := int32(2)
	moment := time.Date(2024, 2, 29, 13, 14, 15, 123456789, time.UTC)
	full := row{
		Flag: true, Small: -7, Large: math.MaxInt64, Byte: 200, Unsigned: math.MaxUint64, Single: 0.1, Double: 0.1, NaN: math.NaN(),
		Text: "größe", Kind: "RED", JSON: `{"x": [1.50]}`, Bytes: []byte{0xff, 1}, Fixed: [3]byte{1, 2, 3},
		UUID:  [16]byte{0x12, 0x3e, 0x45, 0x67, 0xe8, 0x9b, 0x12, 0xd3, 0xa4, 0x56, 0x42, 0x66, 0x14, 0x17, 0x40, 0},
		Cents: -5, Money: 1234567, Date: int32(moment.Unix() / 86400), Millis: moment.UnixMilli(), Micros: moment.UnixMicro(), Nanos: moment.UnixNano(),
		Clock: (13*3600 + 14*60 + 15) * 1000, Old: deprecated.Int96{uint32(5), 0, 2440588 + 1},
		Struct: nested{1, &two}, Maybe: &nested{3, nil}, Repeated: []int32{1, 2}, List: []nested{{4, nil}, {5, &two}}, Lists: []inner{{}, {[]*int32{&two, &two}}, {}},
		Structs: []nested{{6, nil}}, Map: map[string]int32{"k": 7}, ByNumber: map[int32]nested{-1: {8, nil}}, MaybeText: new(string),
	}
	for i := range full.Huge { // -1 in two's complement
		full.Huge[i] = 0xff
	}
	before := row{JSON: "null", Millis: -1, Date: -1, Cents: 1234, Nanos: -1, Double: math.Inf(1)}
	source := readertest.Object(t, store(), "a", string(parquetOf(t, []row{full, before})), parquetConfig)
	got := readertest.Read(t, source, readertest.Plan(t, source, generous))
	require.Len(t, got, 2)
	for name, want := range map[string][2]string{
		"flag": {"true", "false"}, "small": {"-7", "0"}, "large": {"9223372036854775807", "0"}, "byte": {"200", "0"}, "unsigned": {"18446744073709551615", "0"},
		"single": {"0.1", "0"}, "double": {"0.1", "null"}, "nan": {"null", "0"}, "text": {`"größe"`, `""`}, "kind": {`"RED"`, `""`},
		"json": {`{"x":[1.50]}`, "null"}, "bytes": {`"/wE="`, `""`}, "fixed": {`"AQID"`, `"AAAA"`},
		"uuid":  {`"123e4567-e89b-12d3-a456-426614174000"`, `"00000000-0000-0000-0000-000000000000"`},
		"cents": {"-0.05", "12.34"}, "money": {"123.4567", "0.0000"}, "huge": {"-0.0000000001", "0.0000000000"},
		"date": {`"2024-02-29"`, `"1969-12-31"`}, "millis": {`"2024-02-29T13:14:15.123Z"`, `"1969-12-31T23:59:59.999Z"`},
		"micros": {`"2024-02-29T13:14:15.123456"`, `"1970-01-01T00:00:00.000000"`}, "nanos": {`"2024-02-29T13:14:15.123456789Z"`, `"1969-12-31T23:59:59.999999999Z"`},
		"clock": {`"13:14:15.000Z"`, `"00:00:00.000Z"`}, "old": {`"1970-01-02T00:00:00.000000005Z"`, ""},
		"struct": {`{"a":1,"b":2}`, `{"a":0,"b":null}`}, "maybe": {`{"a":3,"b":null}`, "null"}, "repeated": {"[1,2]", "[]"},
		"list": {`[{"a":4,"b":null},{"a":5,"b":2}]`, "[]"}, "lists": {`[{"list":[]},{"list":[2,2]},{"list":[]}]`, "[]"}, "structs": {`[{"a":6,"b":null}]`, "[]"},
		"map": {`{"k":7}`, "{}"}, "by_number": {`{"-1":{"a":8,"b":null}}`, "{}"}, "maybe_text": {`""`, "null"},
	} {
		for i, text := range want {
			if text != "" {
				assert.Equal(t, text, got[i].Value.Get(name).String(), "%s of row %d", name, i)
			}
		}
	}
}

// A text that is not UTF-8, or not the JSON that it should be, is a fault of its
// row.
func TestParquetValuesAreFaulty(t *testing.T) {
	type row struct {
		Text string `parquet:"text"`
		JSON string `parquet:"json,json"`
	}
	for cause, bad := range map[string]row{
		`column "text": its text is not UTF-8, at byte 1 of the value`: {"x\xff", "1"},
		`column "json": its text is not JSON`:                          {"x", "{"},
	} {
		rows := make([]row, 30)
		for i := range rows {
			rows[i] = row{"fine", "1"}
		}
		rows[23] = bad
		source := readertest.Object(t, store(), "a", string(parquetOf(t, rows, parquet.MaxRowsPerRowGroup(20))), parquetConfig)
		err := readAll(t, source)
		assert.ErrorAs(t, err, new(*reader.Error))
		assert.ErrorContains(t, err, "Row group 1 of s3://source/a cannot be read, at its row 3: "+cause)
	}
}

// A shard of a file with an index is read with requests for its pages only.
func TestParquetShardReadsItsPagesOnly(t *testing.T) {
	type row struct {
		Noise [64]byte `parquet:"noise"`
	}
	rows := make([]row, 50_000)
	random := rand.NewChaCha8([32]byte{})
	for i := range rows {
		_, _ = random.Read(rows[i].Noise[:])
	}
	s := store()
	file := parquetOf(t, rows, parquet.PageBufferSize(16<<10))
	source := readertest.Object(t, s, "a", string(file), parquetConfig)
	limits := generous
	limits.Items = 1000
	shards := readertest.Plan(t, source, limits)
	require.Len(t, shards, 50)
	s.Read = 0
	got := readertest.Read(t, source, shards[25:26])
	require.Len(t, got, 1000)
	assert.Less(t, s.Read, int64(1<<20), "of %d bytes", len(file))
}

// A page is not believed when it says that it is huge.
func TestParquetPagesAreHuge(t *testing.T) {
	file := parquetOf(t, orders(20))
	for name, file := range map[string][]byte{"with index": file, "without index": withoutIndex(t, file)} {
		faults := 0
		peak := readertest.Peak(func() {
			for at := 4; at < len(file)/2; at++ {
				damaged := bytes.Clone(file)
				copy(damaged[at:], "\xfe\xff\xff\xff\x0f") // 2,147,483,647
				if err := readAll(t, readertest.Object(t, store(), "a", string(damaged), parquetConfig)); err != nil {
					require.ErrorAs(t, err, new(*reader.Error))
					faults++
				}
			}
		})
		assert.Less(t, peak, int64(64<<20), name)
		assert.Positive(t, faults, name)
	}
}

// An index of pages that says to be longer than it is costs no memory.
func TestParquetIndexDamaged(t *testing.T) {
	file := parquetOf(t, orders(2000))
	f, err := parquet.OpenFile(bytes.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	at := f.Metadata().RowGroups[0].Columns[0].OffsetIndexOffset
	copy(file[at:], "\x19\xfc\xff\xff\xff\xff\x07")
	err = readAll(t, readertest.Object(t, store(), "a", string(file), parquetConfig))
	var fault *reader.Error
	require.ErrorAs(t, err, &fault)
	assert.Contains(t, fault.Cause, fmt.Sprintf("the index of its pages, from byte %d on, is damaged: 2147483647 entries are said to be in", at))
}

// TestParquetDamagedCodecs: bytes that no codec can have made are a fault, and
// take no more memory than the page.
func TestParquetDamagedCodecs(t *testing.T) {
	for name, codec := range map[string]compress.Codec{
		"snappy": &parquet.Snappy, "gzip": &parquet.Gzip, "zstd": &parquet.Zstd, "brotli": &parquet.Brotli,
	} {
		for _, version := range []int{1, 2} {
			t.Run(fmt.Sprintf("%s %d", name, version), func(t *testing.T) {
				file := parquetOf(t, orders(500), parquet.Compression(codec), parquet.DataPageVersion(version))
				require.NoError(t, readAll(t, readertest.Object(t, store(), "a", string(file), parquetConfig)))
				f, err := parquet.OpenFile(bytes.NewReader(file), int64(len(file)))
				require.NoError(t, err)
				column := f.Metadata().RowGroups[0].Columns[0].MetaData
				end := column.DataPageOffset + column.TotalCompressedSize
				for at := end - column.TotalCompressedSize*2/3; at < end; at++ {
					file[at] = 0xff
				}
				peak := readertest.Peak(func() { err = readAll(t, readertest.Object(t, store(), "a", string(file), parquetConfig)) })
				var fault *reader.Error
				require.ErrorAs(t, err, &fault)
				assert.Contains(t, fault.Cause, "s3://source/a")
				assert.Less(t, peak, int64(64<<20))
			})
		}
	}
}

// A codec that cannot be read is a fault, and not a wrong value.
func TestParquetCodecs(t *testing.T) {
	file := parquetOf(t, orders(10), parquet.Compression(&parquet.Lz4Raw))
	err := readAll(t, readertest.Object(t, store(), "a", string(file), parquetConfig))
	var fault *reader.Error
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, `s3://source/a cannot be read as Parquet: its column ["id"] is compressed with LZ4_RAW: only [UNCOMPRESSED SNAPPY GZIP ZSTD BROTLI] can be read.`, fault.Cause)
}

// FuzzParquet damages files: the answer is items or a fault, and comes soon.
func FuzzParquet(f *testing.F) {
	file := parquetOf(f, orders(20), parquet.MaxRowsPerRowGroup(8))
	f.Add(file, 10, byte(0xff))
	f.Add(withoutIndex(f, file), len(file)-30, byte(0x7f))
	f.Add([]byte("PAR1\x00\x00\x00\x00PAR1"), 0, byte('P'))
	for at := range len(file) {
		if at%7 == 0 {
			f.Add(file, at, byte(at))
		}
	}
	f.Fuzz(func(t *testing.T, file []byte, at int, b byte) {
		file = bytes.Clone(file)
		if at >= 0 && at < len(file) {
			file[at] = b
		}
		s := objectstest.New("source", "staging")
		if err := readAll(t, readertest.Object(t, s, "a", string(file), parquetConfig)); err != nil {
			assert.ErrorAs(t, err, new(*reader.Error))
		}
	})
}
