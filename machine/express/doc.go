// Package express runs an execution in process: effects are performed on
// goroutines and the real clock, and nothing is kept. It is how Express
// executions and the items of an express batch run.
package express
