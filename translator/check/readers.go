package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// checkReaders: an ItemReader knows what it reads and how (AWS guide,
// "ItemReader (Map)").
func checkReaders(c *checker) {
	for _, p := range c.parts {
		switch p.structure.Name {
		case asl.StateFields("Map").Name:
			if p.distributed && p.node.Get("ItemReader") != nil && p.node.Get("ItemsPath") != nil {
				c.warn(p.field(p.node, "ItemsPath"), says{fieldIgnored, "ItemsPath is ignored: the items come from the ItemReader",
					"Remove it; ItemsPointer in ReaderConfig picks a place inside a JSON document."})
			}
		case "ItemReader":
			c.checkReader(p)
		}
	}
}

func (c *checker) checkReader(p *part) {
	resource := p.node.Get("Resource").Text()
	needed := []string{"Bucket", "Key"}
	lists := strings.HasSuffix(resource, ":s3:listObjectsV2")
	if lists {
		needed = needed[:1]
	} else if !strings.HasSuffix(resource, ":s3:getObject") {
		return
	}
	c.needParameters(p, needed)
	config := p.node.Get("ReaderConfig")
	if config == nil || config.Kind() == value.Object {
		c.checkReaderConfig(reading{p, config, lists})
	}
}

// needParameters: the arguments of a reader or writer hold what S3 needs.
func (c *checker) needParameters(p *part, needed []string) {
	field := argumentsField(p.language)
	arguments := p.node.Get(field)
	switch {
	case arguments == nil:
		c.fault(p.place, schema(fmt.Sprintf("Add '%s' with %s.", field, strings.Join(needed, " and ")), "These fields are required: [%s]", field))
	case arguments.Kind() == value.Object:
		c.needMembers(place{head(arguments), p.path + "/" + field}, arguments, need{needed, p.language})
	case p.language == asl.JSONPath:
		c.wrongType(p.field(p.node, field), field, value.Object, arguments)
	}
}

// reading is an ItemReader with its ReaderConfig, which may be absent.
type reading struct {
	reader *part
	config *asl.Node
	lists  bool
}

func (r reading) is(field string) string { return r.config.Get(field).Text() }

func (r reading) at(field string) place {
	here := place{r.reader.span, r.reader.path}
	if r.config != nil {
		here = place{head(r.config), r.reader.path + "/ReaderConfig"}
	}
	return here.field(r.config, field)
}

func (c *checker) checkReaderConfig(r reading) {
	inputType, flattens := r.is("InputType"), r.is("Transformation") == "LOAD_AND_FLATTEN"
	inventory := r.is("ManifestType") == "S3_INVENTORY"
	given := r.config.Get("InputType") != nil
	switch {
	case given && inventory && inputType != "MANIFEST":
		c.fault(r.at("InputType"), schema("Remove InputType: the manifest of an S3 inventory tells.", "The field 'InputType' is not supported for ManifestType S3_INVENTORY"))
	case given && r.lists && !flattens:
		c.fault(r.at("InputType"), schema(`Set "Transformation": "LOAD_AND_FLATTEN" to read the objects that are listed, or remove InputType to get their keys.`,
			"The field 'InputType' is not supported for s3:listObjectsV2"))
	case r.is("ManifestType") == "ATHENA_DATA" && inputType == "JSON", given && (flattens || r.is("ManifestType") != "") && inputType == "MANIFEST" && !inventory:
		c.fault(r.at("InputType"), schema("Name the type of the data files that are listed.", "The field 'InputType' should not be %s here", inputType))
	case !given && !inventory && (!r.lists || flattens):
		c.fault(r.at(""), schema(`Add "InputType" with one of CSV, JSON, JSONL, PARQUET to ReaderConfig.`, "The field 'InputType' is required but was missing"))
	}
	if flattens && !r.lists {
		c.fault(r.at("Transformation"), schema("Use the Resource s3:listObjectsV2, or remove Transformation.", "The Transformation LOAD_AND_FLATTEN is not supported for s3:getObject"))
	}
	if r.lists && r.config.Get("ManifestType") != nil {
		c.fault(r.at("ManifestType"), schema("Use the Resource s3:getObject with the Key of the manifest.", "The field 'ManifestType' is not supported for s3:listObjectsV2"))
	}
	c.checkCSV(r, inputType)
}

// csvFields mean something for CSV only.
var csvFields = []string{"CSVHeaderLocation", "CSVHeaders", "CSVDelimiter"}

func (c *checker) checkCSV(r reading, inputType string) {
	location := r.is("CSVHeaderLocation")
	headers := r.config.Get("CSVHeaders")
	if inputType == "CSV" {
		switch {
		case r.config.Get("CSVHeaderLocation") == nil:
			c.fault(r.at(""), schema(`Add "CSVHeaderLocation": "FIRST_ROW", or "GIVEN" with CSVHeaders.`, "The field 'CSVHeaderLocation' is required but was missing"))
		case location == "GIVEN" && headers == nil:
			c.fault(r.at(""), schema("Add CSVHeaders with the names of the columns, or take FIRST_ROW.", "The field 'CSVHeaders' is required but was missing"))
		case location == "FIRST_ROW" && headers != nil:
			c.warn(r.at("CSVHeaders"), says{fieldIgnored, "CSVHeaders is ignored: the headers come from the first row", `Remove it, or set "CSVHeaderLocation": "GIVEN".`})
		}
		c.checkHeaders(r, headers)
	}
	for _, f := range append(slices.Clip(csvFields), "ItemsPointer") {
		of := "CSV"
		if f == "ItemsPointer" {
			of = "JSON"
		}
		if r.config.Get(f) != nil && inputType != "" && inputType != of {
			c.warn(r.at(f), says{fieldIgnored, fmt.Sprintf("%s is ignored: the InputType is not %s", f, of), "Remove it, or mend InputType."})
		}
	}
}

// checkHeaders: names of columns differ from each other.
func (c *checker) checkHeaders(r reading, headers *asl.Node) {
	seen := map[string]bool{}
	for i, h := range headers.Items() {
		if h.Kind() == value.String && seen[h.Text()] {
			c.fault(place{h.Span, index(r.reader.path+"/ReaderConfig/CSVHeaders", i)}, schema("Rename one of them: every item would lose a column.", "CSV headers cannot contain duplicates"))
		}
		seen[h.Text()] = true
	}
}
