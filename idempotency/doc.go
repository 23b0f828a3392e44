// Package idempotency hands the idempotency key of a Task's call from Stepwell
// to activities of other teams (arn:aws:states:::temporal:executeActivity), in
// the header of the activity.
//
// A worker written in Go adds the [Propagator] to the options of its client and
// asks for the [Key] in its activities:
//
//	c, err := client.Dial(client.Options{ContextPropagators: []workflow.ContextPropagator{idempotency.Propagator{}}})
//
//	func ChargeCard(ctx context.Context, order Order) (Receipt, error) {
//		return bank.Charge(ctx, idempotency.Key(ctx), order)
//	}
//
// One in another language reads the field [Header] of the activity's header, a
// JSON string, in an interceptor of inbound activities.
//
// The key passes like this: what schedules the activity, a workflow or an
// activity of Stepwell, puts it into its context with [InWorkflow] or [In]; the
// Propagator of Stepwell's client writes it into the header; the Propagator of the
// other worker's client puts it into the context of the activity. It goes no
// further: what the activity starts by itself gets no key. The package knows
// Temporal's SDK only.
package idempotency
