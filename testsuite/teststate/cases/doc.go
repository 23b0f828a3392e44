// Package cases runs the TestState calls that AWS recorded and compares the
// answers.
//
// One datum passes through like this: [Load] reads the lines of the files
// aws/*.jsonl that are TestState calls; [Case.Run] makes the call and gives the
// first difference from what AWS answered, or the reason why the call cannot be
// made. Placeholders of the recording stand for values of their kind, the same
// wherever they stand; all else must be equal, the order of members in JSON
// texts included.
package cases
