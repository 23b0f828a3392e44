package wire

import "encoding/json"

// RestPart is a part file of executions that can be redriven, at
// <Staging>parts/<Name>: a line each, the JSON of an [ItemInput] with its
// [Earlier], sorted by nothing.
type RestPart struct {
	Name string `json:"name"`
	// First is the smallest index of an item in it.
	First int64 `json:"first"`
	// Items and Executions differ when items are batched. Of these the Pending ones
	// have never been started.
	Items             int64 `json:"items"`
	Executions        int64 `json:"executions"`
	PendingItems      int64 `json:"pendingItems,omitempty"`
	PendingExecutions int64 `json:"pendingExecutions,omitempty"`
	Bytes             int64 `json:"bytes"`
}

// RestParts are such files. Many travel as a table, as [Parts] do.
type RestParts []RestPart

const restColumns = 9

// MarshalJSON gives an array, or a compressed table.
func (p RestParts) MarshalJSON() ([]byte, error) {
	if len(p) < columnsFrom {
		return json.Marshal([]RestPart(p))
	}
	rows := make([][]int64, len(p))
	before := RestPart{}
	shard := 0
	for i, part := range p {
		place, canonical := placeOf(part.Name, RestFile)
		if !canonical {
			return json.Marshal([]RestPart(p))
		}
		rows[i] = []int64{
			int64(place[0] - shard), int64(place[1]), int64(place[2]), part.First - before.First,
			part.Items, part.Executions, part.PendingItems, part.PendingExecutions, part.Bytes,
		}
		before, shard = part, place[0]
	}
	return packRows(rows)
}

// UnmarshalJSON reads what MarshalJSON gives.
func (p *RestParts) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] != '{' {
		return json.Unmarshal(data, (*[]RestPart)(p))
	}
	rows, err := unpackRows(data, restColumns)
	if err != nil {
		return err
	}
	*p = make(RestParts, len(rows))
	shard, first := int64(0), int64(0)
	for i, row := range rows {
		shard, first = shard+row[0], first+row[3]
		(*p)[i] = RestPart{
			Name:  PartName(int(shard), int(row[1]), int(row[2]), RestFile),
			First: first, Items: row[4], Executions: row[5], PendingItems: row[6], PendingExecutions: row[7], Bytes: row[8],
		}
	}
	return nil
}
