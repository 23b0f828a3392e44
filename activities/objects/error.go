package objects

import "fmt"

// Kind is why a store refused.
type Kind int

// The kinds of refusal.
const (
	// Refused is an answer of none of the other kinds, such as a bucket name
	// that cannot be one.
	Refused Kind = iota
	// NotFound is a bucket, key or version that does not exist.
	NotFound
	// Denied is a lack of permission.
	Denied
	// Changed is an object that is no longer the version that was asked for.
	Changed
	// Exists is an object that was to be new.
	Exists
)

// Error is a definite refusal: repeating the request would not help.
type Error struct {
	Kind Kind
	At   Location
	// Code and Message are the store's own words.
	Code, Message string
}

// noSuchBucket is the code of a NotFound whose bucket does not exist (Amazon S3,
// "Error responses").
const noSuchBucket = "NoSuchBucket"

func (e *Error) Error() string {
	what := "object " + e.At.String()
	if e.At.Key == "" || e.Code == noSuchBucket {
		what = "bucket " + e.At.Bucket
	} else if e.At.Version != "" {
		what = "version " + e.At.Version + " of the " + what
	}
	switch e.Kind {
	case NotFound:
		return fmt.Sprintf("the %s does not exist", what)
	case Denied:
		return fmt.Sprintf("access to the %s is denied (%s)", what, e.own())
	case Changed:
		return fmt.Sprintf("the %s has changed since it was first read", what)
	case Exists:
		return fmt.Sprintf("the %s exists already", what)
	}
	return fmt.Sprintf("the store refuses the %s (%s)", what, e.own())
}

func (e *Error) own() string {
	if e.Message == "" {
		return e.Code
	}
	return e.Code + ": " + e.Message
}
