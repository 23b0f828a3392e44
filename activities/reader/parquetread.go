package reader

import (
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// errEnough ends a reading that wants no more rows.
var errEnough = errors.New("enough")

// rowsAtOnce is how many rows are decoded at a time.
const rowsAtOnce = 64

// read gives count rows from one on, as long as there are some; it ends with
// the first error that yield returns.
func (f *parquetFile) read(from, count int64, yield func(value.Value) error) error {
	first := int64(0)
	for number, group := range f.RowGroups() {
		if count == 0 {
			return nil
		}
		n := group.NumRows()
		if from >= first+n {
			first += n
			continue
		}
		take := min(count, first+n-from)
		if err := f.readGroup(groupRows{group, number, from - first, take}, yield); err != nil {
			return err
		}
		from, count, first = from+take, count-take, first+n
	}
	return nil
}

// groupRows is a stretch of the rows of a row group.
type groupRows struct {
	group       parquet.RowGroup
	number      int
	from, count int64
}

func (f *parquetFile) readGroup(g groupRows, yield func(value.Value) error) error {
	row := g.from
	what := func() string {
		return fmt.Sprintf("Row group %d of %s cannot be read, at its row %d", g.number, f.bytes.at, row)
	}
	var rows parquet.Rows
	err := f.guard(what, func() error {
		if err := f.checkPages(g); err != nil {
			return err
		}
		rows = g.group.Rows()
		return rows.SeekToRow(g.from)
	})
	if err != nil {
		return err
	}
	defer rows.Close()
	decoder := f.rows.reader()
	batch := make([]parquet.Row, rowsAtOnce)
	values := make([]value.Value, 0, rowsAtOnce)
	for end := g.from + g.count; row < end; {
		values = values[:0]
		err := f.guard(what, func() error {
			n, err := rows.ReadRows(batch[:min(rowsAtOnce, end-row)])
			if err != nil && (!errors.Is(err, io.EOF) || n == 0) {
				return noEOF(err)
			}
			if n == 0 {
				return io.ErrNoProgress
			}
			for _, r := range batch[:n] {
				v, err := decoder.value(r)
				if err != nil {
					return err
				}
				values = append(values, v)
				row++
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, v := range values {
			if err := yield(v); err != nil {
				return err
			}
		}
	}
	return nil
}

// noEOF is the error of a row group that ends before its rows do.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
