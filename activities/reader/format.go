package reader

import (
	"strings"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// The resources of an ItemReader (AWS, "ItemReader (Map)").
const (
	getObject   = "arn:aws:states:::s3:getObject"
	listObjects = "arn:aws:states:::s3:listObjectsV2"
)

// formatOf finds what reads the source. All formats are here: a new one is a
// line and a file.
func formatOf(r *machine.Reader) (func(Source) (Reader, error), error) {
	if c := r.Config; c.ManifestType != "" || c.InputType == "MANIFEST" {
		return nil, unsupported("the ManifestType %q", strings.TrimSpace(c.ManifestType+" "+c.InputType))
	} else if c.Transformation == "LOAD_AND_FLATTEN" {
		return nil, unsupported("the Transformation LOAD_AND_FLATTEN")
	}
	switch r.Resource {
	case listObjects:
		return openListing, nil
	case getObject:
	default:
		return nil, unsupported("the Resource %q", r.Resource)
	}
	if suffix, ok := compressed(r.Parameters); ok {
		return nil, unsupported("compressed objects (%s)", suffix)
	}
	switch r.Config.InputType {
	case "CSV":
		return openCSV, nil
	case "JSON":
		return openJSON, nil
	case "JSONL":
		return openLines, nil
	}
	return nil, unsupported("the InputType %q", r.Config.InputType)
}

// compressed reports a key whose extension says that it is compressed.
func compressed(parameters value.Value) (suffix string, ok bool) {
	key := parameters.Get("Key").Text()
	for _, suffix := range []string{".gz", ".zstd"} {
		if strings.HasSuffix(key, suffix) {
			return suffix, true
		}
	}
	return "", false
}

func unsupported(format string, args ...any) error {
	return fault("This version of Stepwell does not support "+format+" in an ItemReader yet.", args...)
}
