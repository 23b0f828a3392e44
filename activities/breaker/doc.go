// Package breaker keeps calls from services that fail: a [Circuit] for each
// resource counts how its calls end, opens when they fail, and then lets nothing
// through but, after a while, a few probes. When these succeed it lets more
// through step by step.
//
// A call passes through like this: [Group.Of] gives the circuit of its resource;
// [Circuit.Enter] lets it through, or says how long to wait; the function that
// Enter gave is called with how it ended. [Circuit.Hold] tells those who would
// only start what calls later.
//
// The package knows neither Tasks nor AWS nor Temporal: what counts as a failure
// is the caller's business. A circuit belongs to its process; those of other
// processes find out by themselves.
package breaker
