// Package source is the ground of the translator: a text, places in it, and
// what there is to say about a place.
//
// A [Text] knows its lines; a [Span] is a range of its bytes; a [Diagnostic]
// is one fault or warning with a code, a place and a hint; [Text.Render] shows
// it with the line and a caret. Phases return what they have and their
// diagnostics and go on as far as they can, so that a user sees all faults at
// once. The package knows nothing of the States Language.
package source
