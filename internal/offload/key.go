package offload

import (
	"strings"

	"go.temporal.io/sdk/converter"
)

// layout is the first part of every key: the version of the layout.
const layout = "v0"

// keyOf gives the key of a payload with this digest that belongs to a workflow
// or to an activity without one:
//
//	v0/ns/<namespace>/wt/<workflow type>/wi/<workflow id>/ri/<run id>/d/sha256/<digest>
//	v0/ns/<namespace>/at/<activity type>/ai/<activity id>/ri/<run id>/d/sha256/<digest>
//	v0/d/sha256/<digest>
func keyOf(target converter.StorageDriverTargetInfo, digest string) string {
	var parts []string
	switch t := target.(type) {
	case converter.StorageDriverWorkflowInfo:
		parts = []string{"ns", t.Namespace, "wt", t.WorkflowType, "wi", t.WorkflowID, "ri", t.RunID}
	case converter.StorageDriverActivityInfo:
		parts = []string{"ns", t.Namespace, "at", t.ActivityType, "ai", t.ActivityID, "ri", t.RunID}
	}
	var key strings.Builder
	key.WriteString(layout)
	for _, part := range append(parts, "d", hashAlgorithm, digest) {
		key.WriteByte('/')
		writeSegment(&key, part)
	}
	return key.String()
}

// writeSegment writes a part of a key: characters that S3 does not call safe
// (AWS, "Naming Amazon S3 objects") as %XX, nothing as null.
func writeSegment(b *strings.Builder, text string) {
	const hex = "0123456789ABCDEF"
	if text == "" {
		text = "null"
	}
	for i := range len(text) {
		switch c := text[i]; {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', strings.IndexByte("!-_.*'()", c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
}
