package reader

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
		DestinationBucket string `json:"destinationBucket"`
		FileFormat        string `json:"fileFormat"`
		FileSchema        string `json:"fileSchema"`
		Files             []struct {
			Key string `json:"key"`
		} `json:"files"`
	}
	if err := json.Unmarshal(content, &m); err != nil {
		return failed(fault("%s is not the manifest of an S3 Inventory: %s.", v.at, noInventory(content, err)))
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
	case "":
		return failed(fault("%s is not the manifest of an S3 Inventory: it has no fileFormat.", v.at))
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

// noInventory says what of a manifest is not as it should be.
func noInventory(content []byte, err error) string {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		what, at := notJSON(content)
		return fmt.Sprintf("%s, at byte %d", what, at)
	}
	switch {
	case wrong.Field == "":
		return "it is a JSON " + wrong.Value + ", and should be an object with fileFormat, fileSchema and files"
	case strings.HasPrefix(wrong.Field, "files"):
		return "its files should be a list of objects, each with a key that is a string"
	}
	return "its " + wrong.Field + " is a " + wrong.Value + ", and should be a string"
}
