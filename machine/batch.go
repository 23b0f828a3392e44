package machine

import "github.com/seed-a99ddb6e/stepwell/translator/value"

// Batch gathers selected items into the input of one execution
// (AWS, "ItemBatcher (Map)").
type Batch struct {
	batcher *Batcher
	items   []value.Value
	bytes   int64
}

// NewBatch begins a batch; without an ItemBatcher a batch holds one item and
// its input is the item's own.
func (it *Items) NewBatch() *Batch {
	return &Batch{batcher: it.run.Batcher}
}

// batchFrame is what `{"Items":[]}` takes, batchInputFrame what
// `"BatchInput":,` adds to it.
const (
	batchFrame      = int64(len(`{"Items":[]}`))
	batchInputFrame = int64(len(`"BatchInput":,`))
)

// Add puts a selected item into the batch and reports true, or reports false
// when the batch is full and has to be closed first. The first item always fits.
func (b *Batch) Add(item value.Value) bool {
	if len(b.items) > 0 && (b.batcher == nil || b.full(item)) {
		return false
	}
	if b.batcher != nil {
		if len(b.items) == 0 {
			b.bytes = batchFrame
			if input := b.batcher.BatchInput; !input.IsAbsent() {
				b.bytes += batchInputFrame + int64(input.Size())
			}
		} else {
			b.bytes++ // the comma
		}
		b.bytes += int64(item.Size())
	}
	b.items = append(b.items, item)
	return true
}

func (b *Batch) full(item value.Value) bool {
	if b.batcher.MaxItems > 0 && int64(len(b.items)) >= b.batcher.MaxItems {
		return true
	}
	return b.batcher.MaxBytes > 0 && b.bytes+1+int64(item.Size()) > b.batcher.MaxBytes
}

// Len gives the number of items in the batch.
func (b *Batch) Len() int { return len(b.items) }

// Input gives the input of the batch's execution.
func (b *Batch) Input() value.Value {
	if b.batcher == nil {
		return b.items[0]
	}
	input := value.NewObject(2)
	input.Put("BatchInput", b.batcher.BatchInput)
	input.Put("Items", value.OfArray(b.items))
	return input.Value()
}
