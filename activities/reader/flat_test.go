package reader_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/reader"
	"github.com/seed-a99ddb6e/stepwell/activities/reader/readertest"
	"github.com/seed-a99ddb6e/stepwell/activities/staging"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// Planning and reading take no more memory for larger sources.
func TestFlat(t *testing.T) {
	for _, c := range []struct {
		key    string
		config program.ReaderConfig
		write  func(t *testing.T, out io.Writer, size int64) (items int64)
	}{
		{"a.csv", program.ReaderConfig{InputType: "CSV", CSVHeaderLocation: "FIRST_ROW"}, writeCSV},
		{"a.jsonl", program.ReaderConfig{InputType: "JSONL"}, writeLines},
		{"a.json", program.ReaderConfig{InputType: "JSON"}, writeArray},
		{"a.csv.gz", program.ReaderConfig{InputType: "CSV", CSVHeaderLocation: "FIRST_ROW"}, func(t *testing.T, out io.Writer, size int64) int64 {
			w := gzip.NewWriter(out)
			defer w.Close()
			return writeCSV(t, w, size)
		}},
		{"a.jsonl.zstd", program.ReaderConfig{InputType: "JSONL"}, func(t *testing.T, out io.Writer, size int64) int64 {
			w, err := zstd.NewWriter(out)
			require.NoError(t, err)
			defer w.Close()
			return writeLines(t, w, size)
		}},
		{"a.parquet", parquetConfig, writeParquet},
		{"copied.parquet", parquetConfig, writeParquet},
	} {
		t.Run(c.key, func(t *testing.T) {
			disk := readertest.NewDisk(t)
			file := disk.Create(t, objects.Location{Bucket: "source", Key: c.key})
			out := bufio.NewWriterSize(file, 1<<20)
			items := c.write(t, out, readertest.SourceBytes())
			require.NoError(t, out.Flush())
			require.NoError(t, file.Close())
			place, err := staging.Below("s3://staging", "run")
			require.NoError(t, err)
			if c.key == "copied.parquet" {
				copyable(t, file.Name())
			}
			plan := int64(16 << 20)
			if strings.HasSuffix(c.key, ".zstd") {
				plan = 24 << 20 // the window of the codec, twice
			}
			source := reader.Source{Store: disk, Place: place, Run: machine.Distribute{Reader: &machine.Reader{
				Resource: "arn:aws:states:::s3:getObject", Parameters: readertest.Parameters("Bucket", "source", "Key", c.key), Config: c.config,
			}}}
			readertest.RunFlat(t, readertest.Flat{Source: source, Items: items, PlanBytes: plan, ReadBytes: 8 << 20})
		})
	}
}

// until writes items, which have the number i, until the size is reached.
func until(size int64, write func(i int64) (int, error)) (items int64) {
	for written := int64(0); written < size; items++ {
		n, err := write(items)
		if err != nil {
			panic(err)
		}
		written += int64(n)
	}
	return items
}

func writeCSV(_ *testing.T, out io.Writer, size int64) int64 {
	_, _ = io.WriteString(out, "id,customer,note\n")
	random := rand.New(rand.NewPCG(1, 2))
	return until(size, func(i int64) (int, error) {
		return fmt.Fprintf(out, "%d,%x,\"said \"\"%x\"\",\nand went\"\n", i, random.Uint64(), random.Uint64())
	})
}

func writeLines(_ *testing.T, out io.Writer, size int64) int64 {
	random := rand.New(rand.NewPCG(1, 2))
	return until(size, func(i int64) (int, error) {
		return fmt.Fprintf(out, `{"id":%d,"customer":"%x","tags":[%d,null]}`+"\n", i, random.Uint64(), random.Uint64())
	})
}

func writeArray(_ *testing.T, out io.Writer, size int64) int64 {
	_, _ = io.WriteString(out, "[0")
	random := rand.New(rand.NewPCG(1, 2))
	items := until(size, func(i int64) (int, error) {
		return fmt.Fprintf(out, `, {"id":%d,"customer":"%x"}`, i, random.Uint64())
	})
	_, _ = io.WriteString(out, "]")
	return items + 1
}

func writeParquet(t *testing.T, out io.Writer, size int64) int64 {
	type row struct {
		ID       int64  `parquet:"id"`
		Customer uint64 `parquet:"customer"`
		Note     string `parquet:"note"`
	}
	w := parquet.NewGenericWriter[row](out, parquet.MaxRowsPerRowGroup(200_000))
	random := rand.New(rand.NewPCG(1, 2))
	batch := make([]row, 1000)
	items := int64(0)
	until(size/4, func(int64) (n int, err error) {
		for i := range batch {
			batch[i] = row{items, random.Uint64(), fmt.Sprintf("%x", random.Uint64())}
			n += 16 + len(batch[i].Note)
			items++
		}
		_, err = w.Write(batch)
		return n, err
	})
	require.NoError(t, w.Close())
	return items
}

// copyable makes a file one whose rows planning copies.
func copyable(t *testing.T, name string) {
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(name, withoutIndex(t, content), 0o600))
}
