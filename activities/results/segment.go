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
var categories = [...]wire.Category{wire.SucceededFile, wire.FailedFile, wire.PendingFile, wire.LastingFile}

// Segment gathers records until they are written as parts, one part a
// category, and what the redrive of executions goes on from. It is not safe for
// concurrent use.
type Segment struct {
	Format Format
	parts  [len(categories)]part
	rest   rest
}

// rest are lines of executions that can be redriven. The part has no name yet.
type rest struct {
	text []byte
	part wire.RestPart
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

// AddRest adds what the redrive of an execution goes on from.
func (s *Segment) AddRest(in wire.ItemInput) error {
	line, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r := &s.rest
	r.text = append(append(r.text, line...), '\n')
	if r.part.Executions == 0 || in.First < r.part.First {
		r.part.First = in.First
	}
	r.part.Executions++
	r.part.Items += in.Items
	if !in.Earlier.Begun() {
		r.part.PendingExecutions++
		r.part.PendingItems += in.Items
	}
	return nil
}

// Size gives the length of all records in bytes.
func (s *Segment) Size() (n int) {
	n = len(s.rest.text)
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
	s.rest = rest{text: s.rest.text[:0]}
}

// Clone gives a copy that does not change with s.
func (s *Segment) Clone() *Segment {
	c := *s
	for i := range c.parts {
		c.parts[i].text = slices.Clone(c.parts[i].text)
	}
	c.rest.text = slices.Clone(c.rest.text)
	return &c
}

// kept is the JSON form of a part of a segment.
type kept struct {
	Category wire.Category `json:"category"`
	Records  int64         `json:"records"`
	Text     []byte        `json:"text,omitempty"`
	// Rest stands with the category REST.
	Rest *wire.RestPart `json:"rest,omitempty"`
}

// MarshalJSON gives the records. The format is known to whoever reads them.
func (s *Segment) MarshalJSON() ([]byte, error) {
	all := []kept{}
	for i, c := range categories {
		if p := &s.parts[i]; p.records > 0 {
			all = append(all, kept{Category: c, Records: p.records, Text: p.text})
		}
	}
	if r := &s.rest; r.part.Executions > 0 {
		all = append(all, kept{Category: wire.RestFile, Records: r.part.Executions, Text: r.text, Rest: &r.part})
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
		if k.Category == wire.RestFile && k.Rest != nil {
			s.rest = rest{text: k.Text, part: *k.Rest}
			continue
		}
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
func (s *Segment) Write(ctx context.Context, store objects.Store, at staging.Place, n Number) (written wire.WriteOutput, err error) {
	for i, c := range categories {
		p := &s.parts[i]
		if p.records == 0 {
			continue
		}
		name := wire.PartName(n.Shard, n.Attempt, n.Segment, c)
		if len(p.text) > 0 {
			if err := store.Put(ctx, at.Part(name), p.text); err != nil {
				return written, err
			}
		}
		written.Parts = append(written.Parts, wire.Part{Category: c, Name: name, Records: p.records, Bytes: int64(len(p.text))})
	}
	if s.rest.part.Executions == 0 {
		return written, nil
	}
	kept := s.rest.part
	kept.Name, kept.Bytes = wire.PartName(n.Shard, n.Attempt, n.Segment, wire.RestFile), int64(len(s.rest.text))
	written.Rest = wire.RestParts{kept}
	return written, store.Put(ctx, at.Part(kept.Name), s.rest.text)
}
