// Package jsonpath is JSONPath as the States Language uses it: the dialect,
// results and messages of Jayway JsonPath, which is what AWS runs, over values
// that keep the order of the document.
//
// [Parse] compiles a text to a [Path], once. A path that holds only names and
// indexes is walked without gathering and without garbage; the others collect
// what they lead to. A lookup that finds nothing ends in a [Miss] with Jayway's
// words. What AWS makes of these words depends on the field, so there are
// three doors for those who compile a definition: [Field] for fields that hold
// a path, [NotFound] for keys of payload templates, [Target] for ResultPath.
//
// Definite paths (names, indexes, functions) give the one value they lead to,
// and it is a miss when there is none. All others (wildcards, slices, unions,
// filters, `..`) give an array, which may be empty; what comes before the
// first such step must still be there.
//
// Where this differs from Jayway on purpose: a slice with a third number is
// refused instead of losing it; an array below `..` is treated as anywhere
// else; strings in filters may lack their quotes and [(@.length-1)] counts
// from the end, as in Jayway's first versions, since published definitions
// need both; regular expressions are Go's, so those that look around are
// refused; `$.` is `$`.
//
// The package knows nothing of states, templates and intrinsic functions.
package jsonpath
