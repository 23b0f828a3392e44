// Package machinetest runs an execution on a virtual clock: Calls are answered
// from a script, waits pass at once, and a seed decides in which order things
// that happen at the same time are told. It is the machine's own test bench
// and the virtual runtime of the conformance cases.
package machinetest
