// Command shapes writes the data file of package machine/teststate/shapes from
// the API models of AWS as botocore keeps them: folders
// SERVICE/VERSION/service-2.json, which may be gzipped.
//
//	go run ./testsuite/teststate/shapes -models FOLDER
package main
