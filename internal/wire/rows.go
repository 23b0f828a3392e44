package wire

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// rowsForm is a table of numbers as it travels: column by column, compressed.
type rowsForm struct {
	Count   int    `json:"count"`
	Columns []byte `json:"columns"`
}

// packRows gives a table as it travels. All rows have the same length.
func packRows(rows [][]int64) ([]byte, error) {
	var raw []byte
	for column := range rows[0] {
		for _, row := range rows {
			raw = binary.AppendVarint(raw, row[column])
		}
	}
	w, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	return json.Marshal(rowsForm{Count: len(rows), Columns: w.EncodeAll(raw, nil)})
}

var errShortParts = errors.New("a list of part files cannot be read: it ends too early")

// unpackRows reads what packRows gave.
func unpackRows(data []byte, columns int) ([][]int64, error) {
	var form rowsForm
	if err := json.Unmarshal(data, &form); err != nil {
		return nil, err
	}
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	raw, err := r.DecodeAll(form.Columns, nil)
	if err != nil {
		return nil, fmt.Errorf("a list of part files cannot be read: %w", err)
	}
	// A number takes at least one byte, so the count is bounded by what is there.
	if form.Count < 0 || form.Count > len(raw)/columns {
		return nil, errShortParts
	}
	rows := make([][]int64, form.Count)
	numbers := make([]int64, form.Count*columns)
	for i := range rows {
		rows[i] = numbers[i*columns : (i+1)*columns]
	}
	for column := range columns {
		for i := range rows {
			n, size := binary.Varint(raw)
			if size <= 0 {
				return nil, errShortParts
			}
			rows[i][column], raw = n, raw[size:]
		}
	}
	return rows, nil
}
