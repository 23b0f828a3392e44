package check

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// notInLabel are the characters that AWS refuses in a Label besides white space
// and control characters (AWS guide, "Map state in Distributed mode").
const notInLabel = "?*<>{}[]:;,\\|^~$#%&`\""

// checkLabel: a Label has 1 to 40 characters that can stand in an ARN.
func (c *checker) checkLabel(s slot) {
	label := s.node.Text()
	if label == "" {
		c.fault(s.place, says{invalidLabel, "The Label cannot be empty", "Give it a name, or remove the field: a name is then made."})
	}
	if length := utf8.RuneCountInString(label); int64(length) > s.field.Max {
		c.fault(s.place, says{invalidLabel, fmt.Sprintf("The Label is %d characters long; at most %d are allowed", length, s.field.Max), "Shorten it: it becomes a part of ARNs."})
	}
	if i := strings.IndexFunc(label, isNotInLabel); i >= 0 {
		r, _ := utf8.DecodeRuneInString(label[i:])
		c.fault(s.place, says{invalidLabel, fmt.Sprintf("The Label contains the character %q, which is not allowed", r), "Use letters, digits, '-' and '_'."})
	}
}

func isNotInLabel(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(notInLabel, r)
}

// checkLabels: a Label names one Map of the machine alone.
func checkLabels(c *checker) {
	first := map[string]*asl.State{}
	for _, s := range c.slots {
		label := s.node.Text()
		if s.field.Shape != asl.LabelText || s.node.Kind() != value.String || label == "" {
			continue
		}
		if other, taken := first[label]; taken {
			c.fault(s.place, says{duplicateLabel, fmt.Sprintf("The Label '%s' belongs to the state '%s' already", label, other.Name), "Choose another one: it tells the Map Runs apart."})
		} else {
			first[label] = s.part.state
		}
	}
}
