package check

import (
	"fmt"
	"unicode/utf8"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
)

// maxName is the length of a state's name in characters (AWS quotas, "state
// name").
const maxName = 80

// checkNames: names of states are 1 to 80 characters long and unique over the
// whole machine, nested ones included.
func checkNames(c *checker) {
	first := make(map[string]*asl.State, len(c.states))
	for _, s := range c.states {
		if n := utf8.RuneCountInString(s.Name); n > maxName {
			c.fault(at(s), says{invalidName, fmt.Sprintf("The name of the state is %d characters long; at most %d are allowed", n, maxName), "Shorten it; put the long text into Comment."})
		}
		if s.Name == "" {
			c.fault(at(s), says{invalidName, "The name of a state cannot be empty", "Give the state a name."})
		}
		other, taken := first[s.Name]
		if !taken {
			first[s.Name] = s
			continue
		}
		line := c.def.Text.Position(other.NameSpan.Start).Line
		c.fault(at(s), says{duplicateName,
			fmt.Sprintf("Duplicate State name: %s", s.Name),
			fmt.Sprintf("Rename one: the other stands on line %d, and names are unique over the whole machine, branches and processors included.", line)})
	}
}
