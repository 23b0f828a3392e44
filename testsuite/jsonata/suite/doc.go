// Package suite reads and runs cases in the form of the JSONata test suite:
// groups/<group>/<case>.json, each one case or an array of them, and the
// documents they share in datasets/.
package suite
