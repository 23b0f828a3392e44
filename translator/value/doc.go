// Package value holds JSON values the way Amazon States Language needs them:
// objects keep the order of the document, numbers keep their literal, and
// nothing is ever mutated, so that values may be shared by branches,
// iterations and goroutines without copying.
//
// A [Value] is small (four words) and is passed by value. Changing an object
// or array gives a new one that shares everything but the changed spine.
//
// The package knows nothing of the language above it: no paths, no states.
package value
