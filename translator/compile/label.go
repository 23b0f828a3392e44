package compile

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
)

// maxLabelName is how much of a state's name a made label holds: with a dash
// and eight digits it stays within the 40 characters of a Label.
const maxLabelName = 31

// label gives the Label of a Distributed Map. AWS makes a random one when there
// is none; here it follows from the state's name, which is unique in the
// definition, so that equal definitions have equal labels.
func (s *state) label() string {
	if label := s.text("Label"); label != "" {
		return label
	}
	name := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("?*<>{}[]:;,\\|^~$#%&`\"/", r) {
			return '-'
		}
		return r
	}, s.from.Name)
	if runes := []rune(name); len(runes) > maxLabelName {
		name = string(runes[:maxLabelName])
	}
	sum := sha256.Sum256([]byte(s.from.Name))
	return name + "-" + hex.EncodeToString(sum[:4])
}
