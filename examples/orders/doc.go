// Command orders is the other side of the example in this folder: the data that
// the state machine reads, and the service that it calls.
//
//	orders upload -bucket B -key K -rows N   makes a CSV file of orders in S3
//	orders serve -listen ADDRESS             answers credit checks over HTTP
//	orders show -manifest s3://B/K           prints counts and a few results
//
// It uses nothing of Stepwell: it stands for what a team has already.
package main
