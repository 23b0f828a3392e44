package reader

import (
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// The resources of an ItemReader (AWS, "ItemReader (Map)").
const (
	getObject   = "arn:aws:states:::s3:getObject"
	listObjects = "arn:aws:states:::s3:listObjectsV2"
)

// opening finds what reads the source.
func opening(r *machine.Reader) (func(Source) (Reader, error), error) {
	flatten := r.Config.Transformation == "LOAD_AND_FLATTEN"
	switch {
	case r.Resource == listObjects && flatten:
		return openFlattened, nil
	case r.Resource == listObjects:
		return openListing, nil
	case r.Resource != getObject:
		return nil, fault("The Resource %q of the ItemReader is neither %s nor %s.", r.Resource, getObject, listObjects)
	case flatten:
		return nil, fault("The Transformation LOAD_AND_FLATTEN needs the Resource %s.", listObjects)
	case r.Config.ManifestType == "ATHENA_DATA":
		return openAthena, nil
	case r.Config.ManifestType == "S3_INVENTORY", r.Config.ManifestType == "" && r.Config.InputType == "MANIFEST":
		return openInventory, nil
	case r.Config.ManifestType != "":
		return nil, fault("The ManifestType %q is neither ATHENA_DATA nor S3_INVENTORY.", r.Config.ManifestType)
	}
	return openSingle, nil
}

// contentOf gives what the objects of a source hold. All kinds are here: a new
// one is a line and a file.
func contentOf(config program.ReaderConfig) (content, error) {
	switch config.InputType {
	case "CSV":
		return newCSV(config)
	case "JSON":
		return newDocument(config)
	case "JSONL":
		return newLines(config)
	case "PARQUET":
		return newParquet(config)
	}
	return nil, fault("The InputType %q is none of CSV, JSON, JSONL and PARQUET.", config.InputType)
}
