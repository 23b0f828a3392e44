// Package asl is a definition as it was written: the tree of a JSON or YAML
// text with a place for every name and value, seen as machines and states.
//
// Both spellings give the same [Node] tree, so nothing above this package
// knows which one it was. One table per state type says which field is legal
// in which query language and what shape it has; validation and documentation
// read the same table. The package judges nothing beyond what it needs to
// build the tree: faults of content are package check's.
//
// A definition goes from [Parse], which reports faults of spelling, to a
// [Definition] whose [Machine] and [State] values lie over the nodes. A place
// inside of an expression is found by [Definition.Within]. The Resource of a
// Task is taken apart here too, by [ParseResource], since both check and
// compile need it.
package asl
