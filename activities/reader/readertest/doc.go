// Package readertest holds what every reader of items has to pass: however a
// source is cut, its shards add up to exactly the whole, in order, and their
// items are those that a plain reading of the source gives.
//
// A test of a reader builds a [Case] and calls [Run]:
//
//	readertest.Run(t, readertest.Case{Source: source, Want: items})
package readertest
