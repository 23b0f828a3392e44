package activities

import "github.com/seed-a99ddb6e/stepwell/translator/value"

// The SDK integration names members after AWS's SDK for Java, which makes words of
// acronyms (AWS, "Supported parameters and data in SDK integrations"): of what
// items consist of, these. Nul is a name of that SDK's own.
var (
	sdkTypes = map[string]string{"BOOL": "Bool", "NULL": "Nul", "SS": "Ss", "NS": "Ns", "BS": "Bs",
		"SizeEstimateRangeGB": "SizeEstimateRangeGb"}
	attributeTypes = map[string]string{"Bool": "BOOL", "Nul": "NULL", "Null": "NULL", "Ss": "SS", "Ns": "NS", "Bs": "BS"}
)

// respelled gives v with other names for the members that have one. These hold a
// boolean or a list; an attribute of an item, which may have any name, holds an
// object.
func respelled(v value.Value, names map[string]string) value.Value {
	switch v.Kind() {
	case value.Array:
		elements := make([]value.Value, v.Len())
		for i, one := range v.Elements() {
			elements[i] = respelled(one, names)
		}
		return value.OfArray(elements)
	case value.Object:
		b := value.NewObject(v.Len())
		for i, one := range v.Elements() {
			name := v.NameAt(i)
			if other, ok := names[name]; ok && (one.Kind() == value.Bool || one.Kind() == value.Array) {
				name = other
			}
			b.Put(name, respelled(one, names))
		}
		return b.Value()
	}
	return v
}
