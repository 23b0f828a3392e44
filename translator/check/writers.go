package check

import "fmt"

// checkWriters: a ResultWriter exports with Resource and its arguments, or
// formats with WriterConfig, or both (AWS guide, "ResultWriter (Map)"). That it
// it has one of both is the field table's.
func checkWriters(c *checker) {
	for _, p := range c.parts {
		if p.structure.Name != "ResultWriter" {
			continue
		}
		if p.node.Get("Resource") != nil {
			c.needParameters(p, []string{"Bucket"})
			continue
		}
		for _, field := range []string{"Parameters", "Arguments"} {
			if p.node.Get(field) != nil && p.node.Get("WriterConfig") != nil {
				c.fault(p.field(p.node, field), schema(fmt.Sprintf(`Add "Resource": "arn:aws:states:::s3:putObject", or remove %s.`, field), "These fields are required: [Resource]"))
			}
		}
	}
}
