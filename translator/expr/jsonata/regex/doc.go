// Package regex is the regular expressions of ECMAScript 2018 as a pure Go
// value: the syntax and answers of JavaScript's RegExp without the flag u, the
// web's additions (Annex B) included, at a cost that is counted and bounded.
//
// A pattern goes through three hands: the parser makes a tree of it, the
// compiler a program of small instructions, and [Regex.Match] runs the program
// with backtracking over a text. What is frequent is short: a literal at the
// start is searched for as such, a first byte that cannot begin a match is
// skipped, a repeated character runs in one instruction and, where what
// follows cannot begin with the same character, never goes back.
//
// # Cost
//
// Each step of the machine takes one from a budget that the caller owns; when
// it is used up, Match ends in a [BudgetError]. No clock is read: the same
// call always has the same end. A pattern without lookaround, references and
// other things that only backtracking can do has a second program for Go's
// regexp package, which takes linear time; Match changes over to it when the
// first has taken many more steps than the text has bytes, so that (a+)+b on a
// long text of a's is an answer and not an error.
//
// # UTF-16
//
// Texts are UTF-8 and matched by code points, where JavaScript without flag u
// matches by UTF-16 units. The two differ only above U+FFFF: here . and a
// quantifier take the whole character, there half of it. Patterns that were
// written for halves mean whole characters here: \uD83D\uDCA9 is one
// character, [\uD800-\uDBFF][\uDC00-\uDFFF] is any character above U+FFFF, and
// a class that holds all surrogates holds these characters too. A byte that is
// no UTF-8 counts as U+FFFD.
//
// Case is ignored as JavaScript does without flag u: by upper-casing one
// UTF-16 unit to one, never from outside ASCII into it. So /k/i does not match
// the Kelvin sign, and /ß/i does not match ẞ.
//
// The package knows nothing of JSONata.
package regex
