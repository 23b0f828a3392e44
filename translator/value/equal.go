package value

// Equal reports deep equality: objects regardless of member order, numbers by
// their numeric value.
func Equal(a, b Value) bool {
	if a.kind != b.kind {
		return false
	}
	switch a.kind {
	case Number:
		if a.text == b.text {
			return true
		}
		x, okX := a.Float()
		y, okY := b.Float()
		return okX && okY && x == y
	case String, Bool:
		return a.text == b.text
	case Array:
		return equalArrays(a, b)
	case Object:
		return equalObjects(a, b)
	}
	return true
}

func equalArrays(a, b Value) bool {
	if a.node == b.node {
		return true
	}
	if a.Len() != b.Len() {
		return false
	}
	for i, e := range a.node.values {
		if !Equal(e, b.node.values[i]) {
			return false
		}
	}
	return true
}

func equalObjects(a, b Value) bool {
	if a.node == b.node {
		return true
	}
	if a.Len() != b.Len() {
		return false
	}
	for i, name := range a.node.names {
		other, ok := b.Member(name)
		if !ok || !Equal(a.node.values[i], other) {
			return false
		}
	}
	return true
}
