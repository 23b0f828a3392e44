// Package objectstest holds an object store in memory for tests of those who
// use package objects. It keeps S3's promises as far as objects.Store names
// them, and can be told to fail.
package objectstest
