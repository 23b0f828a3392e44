package check

import "github.com/seed-a99ddb6e/stepwell/translator/asl"

// checkDocument: no object names a field twice. Of two equal names the last
// counts, so that is a warning; two states of one name are checkNames' fault.
func checkDocument(c *checker) {
	if c.def.Machine == nil {
		return
	}
	blocks := make(map[*asl.Node]bool, len(c.machines))
	for _, m := range c.machines {
		blocks[m.Node.Get("States")] = true
	}
	c.duplicates(c.def.Root, "", blocks)
}

func (c *checker) duplicates(n *asl.Node, path string, blocks map[*asl.Node]bool) {
	for i, element := range n.Elements {
		c.duplicates(element, index(path, i), blocks)
	}
	seen := make(map[string]bool, len(n.Members))
	for _, m := range n.Members {
		at := path + "/" + m.Name
		if seen[m.Name] && !blocks[n] {
			c.warn(place{m.NameSpan, at}, says{duplicateField, "The field '" + m.Name + "' stands here a second time",
				"Remove one of them: only the last counts."})
		}
		seen[m.Name] = true
		c.duplicates(m.Node, at, blocks)
	}
}
