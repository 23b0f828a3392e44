package wire

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Parts are part files. Few travel as an array; many travel column by column,
// compressed, since a Map Run of 100,000 shards names as many and all of them
// have to fit into one payload.
type Parts []Part

// columnsFrom is the number of parts from which they travel as columns.
const columnsFrom = 64

// PartName gives the name of a part file.
func PartName(shard, attempt, segment int, category Category) string {
	name := make([]byte, 0, 32)
	name = append(strconv.AppendInt(name, int64(shard), 10), '/')
	name = append(strconv.AppendInt(name, int64(attempt), 10), '-')
	name = append(strconv.AppendInt(name, int64(segment), 10), '-')
	return string(append(name, category...))
}

// Shard gives the number of the shard that the part belongs to.
func (p Part) Shard() int {
	number, _, _ := strings.Cut(p.Name, "/")
	shard, _ := strconv.Atoi(number)
	return shard
}

// ByShard sorts the parts by the number of their shard; parts of one shard
// keep their order.
func (p Parts) ByShard() {
	type numbered struct {
		shard int
		part  Part
	}
	list := make([]numbered, len(p))
	for i, part := range p {
		list[i] = numbered{part.Shard(), part}
	}
	slices.SortStableFunc(list, func(a, b numbered) int { return a.shard - b.shard })
	for i := range list {
		p[i] = list[i].part
	}
}

// placeOf gives shard, attempt and segment of a part, and whether its name is what
// PartName gives.
func placeOf(name string, c Category) (place [3]int, canonical bool) {
	shard, rest, _ := strings.Cut(name, "/")
	attempt, rest, _ := strings.Cut(rest, "-")
	segment, _, _ := strings.Cut(rest, "-")
	for i, digits := range []string{shard, attempt, segment} {
		n, err := strconv.Atoi(digits)
		if err != nil {
			return place, false
		}
		place[i] = n
	}
	return place, name == PartName(place[0], place[1], place[2], c)
}

// categories gives each category its number in the column form.
func categories() []Category {
	return []Category{SucceededFile, FailedFile, PendingFile, LastingFile}
}

const columns = 6

// MarshalJSON gives an array, or the compressed columns.
func (p Parts) MarshalJSON() ([]byte, error) {
	table, canonical := p.table()
	if len(p) < columnsFrom || !canonical {
		return json.Marshal([]Part(p))
	}
	return packRows(table)
}

// table gives one row a part; the shard's number is the difference to the part
// before.
func (p Parts) table() (rows [][]int64, canonical bool) {
	rows = make([][]int64, len(p))
	before := 0
	for i, part := range p {
		place, canonical := placeOf(part.Name, part.Category)
		category := slices.Index(categories(), part.Category)
		if !canonical || category < 0 {
			return nil, false
		}
		rows[i] = []int64{
			int64(place[0] - before), int64(place[1]), int64(place[2]), int64(category), part.Records, part.Bytes,
		}
		before = place[0]
	}
	return rows, true
}

// UnmarshalJSON reads what MarshalJSON gives.
func (p *Parts) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] != '{' {
		return json.Unmarshal(data, (*[]Part)(p))
	}
	rows, err := unpackRows(data, columns)
	if err != nil {
		return err
	}
	return p.fill(rows)
}

func (p *Parts) fill(rows [][]int64) error {
	*p = make(Parts, len(rows))
	shard := int64(0)
	for i, row := range rows {
		shard += row[0]
		if row[3] < 0 || row[3] >= int64(len(categories())) {
			return fmt.Errorf("a list of part files cannot be read: there is no category %d", row[3])
		}
		category := categories()[row[3]]
		(*p)[i] = Part{
			Category: category,
			Name:     PartName(int(shard), int(row[1]), int(row[2]), category),
			Records:  row[4],
			Bytes:    row[5],
		}
	}
	return nil
}
