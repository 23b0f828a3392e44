package results

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/staging"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// categories in the order in which they are written.
var categories = [...]wire.Category{wire.SucceededFile, wire.FailedFile, wire.PendingFile}

// Segment gathers records until they are written as parts, one part a
// category. It is not safe for concurrent use.
type Segment struct {
	Format Format
	parts  [len(categories)]part
}

type part struct {
	text    []byte
	records int64
}

// Add adds a record that a [Renderer] of the same format made, which may be
// empty.
func (s *Segment) Add(c wire.Category, record []byte) {
	p := &s.parts[slices.Index(categories[:], c)]
	p.records++
	if len(p.text) > 0 && len(record) > 0 {
		p.text = append(p.text, s.Format.separator())
	}
	p.text = append(p.text, record...)
}

// Size gives the length of all records in bytes.
func (s *Segment) Size() (n int) {
	for i := range s.parts {
		n += len(s.parts[i].text)
	}
	return n
}

// Text gives the records of a category, valid until the next Add or Reset.
func (s *Segment) Text(c wire.Category) []byte { return s.parts[slices.Index(categories[:], c)].text }

// Reset makes the segment empty and keeps its memory.
func (s *Segment) Reset() {
	for i := range s.parts {
		s.parts[i] = part{text: s.parts[i].text[:0]}
	}
}

// Clone gives a copy that does not change with s.
func (s *Segment) Clone() *Segment {
	c := *s
	for i := range c.parts {
		c.parts[i].text = slices.Clone(c.parts[i].text)
	}
	return &c
}

// kept is the JSON form of a part of a segment.
type kept struct {
	Category wire.Category `json:"category"`
	Records  int64         `json:"records"`
	Text     []byte        `json:"text,omitempty"`
}

// MarshalJSON gives the records. The format is known to whoever reads them.
func (s *Segment) MarshalJSON() ([]byte, error) {
	all := []kept{}
	for i, c := range categories {
		if p := &s.parts[i]; p.records > 0 {
			all = append(all, kept{c, p.records, p.text})
		}
	}
	return json.Marshal(all)
}

// UnmarshalJSON reads what MarshalJSON gave into an empty segment.
func (s *Segment) UnmarshalJSON(text []byte) error {
	var all []kept
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	for _, k := range all {
		i := slices.Index(categories[:], k.Category)
		if i < 0 {
			return fmt.Errorf("there is no category %q of records", k.Category)
		}
		s.parts[i] = part{text: k.Text, records: k.Records}
	}
	return nil
}

// Number tells which segment of which attempt at which shard this is.
type Number struct{ Shard, Attempt, Segment int }

// Write writes the parts that have records and gives their names. A part of
// records that are all empty has no file.
func (s *Segment) Write(ctx context.Context, store objects.Store, at staging.Place, n Number) ([]wire.Part, error) {
	var written []wire.Part
	for i, c := range categories {
		p := &s.parts[i]
		if p.records == 0 {
			continue
		}
		name := wire.PartName(n.Shard, n.Attempt, n.Segment, c)
		if len(p.text) > 0 {
			if err := store.Put(ctx, at.Part(name), p.text); err != nil {
				return nil, err
			}
		}
		written = append(written, wire.Part{Category: c, Name: name, Records: p.records, Bytes: int64(len(p.text))})
	}
	return written, nil
}
