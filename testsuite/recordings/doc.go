// Package recordings reads the files of what AWS Step Functions answered: a JSON
// object a line, of several kinds in one file. Whose kind a line is, and what it
// means, is for the packages that run them: recorded and teststate/cases.
package recordings
