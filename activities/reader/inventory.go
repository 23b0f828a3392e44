package reader

import (
	"context"
	"encoding/json"
	"iter"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// inventory is the manifest.json of an Amazon S3 Inventory, whose files tell of
// one object a row. All values of a CSV inventory are strings, and stand as
// they are; keys are URL-encoded there.
type inventory struct {
	manifest
	csv, parquet content
}

func openInventory(s Source) (Reader, error) {
	m, err := openManifest(s)
	if err != nil {
		return nil, err
	}
	parquet, err := newParquet(program.ReaderConfig{})
	return &several{s, &inventory{m, texts{&csv{delimiter: ','}}, parquet}}, err
}

func (v *inventory) contentOf(at objects.Location) content {
	if strings.HasSuffix(at.Key, ".parquet") {
		return v.parquet
	}
	return v.csv
}

func (v *inventory) after(ctx context.Context, from *wire.Cursor) iter.Seq2[named, error] {
	content, err := v.load(ctx, from)
	if err != nil {
		return failed(err)
	}
	var m struct {
		DestinationBucket, FileFormat, FileSchema string
		Files                                     []struct{ Key string }
	}
	if err := json.Unmarshal(content, &m); err != nil {
		return failed(fault("%s is not the manifest of an S3 Inventory: %s.", v.at, err))
	}
	var header []string
	switch m.FileFormat {
	case "CSV":
		for _, name := range strings.Split(m.FileSchema, ",") {
			header = append(header, strings.TrimSpace(name))
		}
		if err := checkHeader(header); err != nil || m.FileSchema == "" {
			return failed(fault("%s has no list of columns in its fileSchema: %q.", v.at, short(m.FileSchema)))
		}
	case "Parquet":
	default:
		return failed(fault("%s is of an inventory in the format %q: only CSV and Parquet can be read.", v.at, short(m.FileFormat)))
	}
	bucket := m.DestinationBucket[strings.LastIndexByte(m.DestinationBucket, ':')+1:] // an ARN
	if bucket == "" {
		bucket = v.at.Bucket
	}
	all := make([]named, len(m.Files))
	for i, f := range m.Files {
		at, err := v.locate(objects.Location{Bucket: bucket, Key: f.Key}.String())
		if err != nil || f.Key == "" {
			return failed(fault("File %d of %s has no key.", i, v.at))
		}
		all[i] = named{at: at, header: header}
	}
	return names(all, from)
}
