package activities

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/activities/breaker"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
)

// ErrorCircuitOpen is the error of a Task that was not tried since its resource
// fails, for Retry and Catch.
const ErrorCircuitOpen = "Stepwell.CircuitOpen"

// Circuits say what Tasks do while their resources fail. The zero Circuits let
// every Call through.
type Circuits struct {
	// Group has the circuit of each resource.
	Group *breaker.Group
	// Wait lets Tasks wait for an open circuit; else they fail with
	// [ErrorCircuitOpen].
	Wait bool
	// Errors are the names of errors that speak of the service besides those
	// that always do; * stands for any characters.
	Errors []string
}

// Targeted is a Service that knows whom a Call goes to: a function, a host, an
// activity type.
type Targeted interface {
	Service
	// Target names it; "" when the Call does not tell.
	Target(call machine.Call) string
}

// TargetOf names whom the service calls: its Resource, unless it knows better.
func TargetOf(s Service, call machine.Call) string {
	if t, ok := s.(Targeted); ok {
		return t.Target(call)
	}
	return call.Resource.ARN
}

// of gives the circuit of a Call.
func (c Circuits) of(s Service, call machine.Call) *breaker.Circuit {
	if c.Group == nil {
		return nil
	}
	return c.Group.Of(TargetOf(s, call))
}

// open is the failure of a Call that found its circuit open.
func (c Circuits) open(s Service, call machine.Call, rest time.Duration) machine.Failure {
	return machine.Fault(ErrorCircuitOpen, fmt.Sprintf(
		"%s was not called, since its latest calls have failed. It will be tried again in about %v.", TargetOf(s, call), rest.Round(time.Millisecond)))
}

// verdict tells what the outcome of a Call says of its resource.
func (c Circuits) verdict(ctx context.Context, o machine.Outcome) breaker.Verdict {
	switch {
	case o.Failure == nil:
		return breaker.Works
	case ctx.Err() == context.DeadlineExceeded, o.Failure.Name() == machine.ErrorTimeout:
		return breaker.Fails
	case ctx.Err() != nil, o.Failure.Name() == machine.ErrorRuntime:
		return breaker.Unknown // nobody waits for it any more, or the request was wrong
	}
	name := o.Failure.Name()
	if slices.ContainsFunc(c.Errors, func(pattern string) bool { return matchesPattern(pattern, name) }) {
		return breaker.Fails
	}
	if _, class, ok := strings.Cut(name, "."); ok && slices.Contains(serviceFailures(), class) {
		return breaker.Fails
	}
	return breaker.Works
}

// serviceFailures are the errors that speak of a service rather than of what it
// was asked, without the service's prefix: it throttles, is broken or away. (AWS,
// "Common errors", and the errors of Lambda's Invoke.) An error of a function's
// own has a name of its own.
func serviceFailures() []string {
	return []string{
		"AWSLambdaException", "SdkClientException", "ServiceException",
		"TooManyRequestsException", "ThrottlingException", "ThrottledException", "RequestThrottledException", "EC2ThrottledException",
		"RequestLimitExceededException", "ProvisionedThroughputExceededException",
		"InternalServerException", "InternalServerErrorException", "InternalFailureException", "InternalErrorException",
		"ServiceUnavailableException", "RequestTimeoutException",
	}
}

// Guard lets all Calls through the circuits. It is to be called before the first
// of them.
func (s *Services) Guard(c Circuits) *Services {
	s.circuits = c
	return s
}

// Circuit gives the circuit of a Call, nil for none.
func (s *Services) Circuit(call machine.Call) *breaker.Circuit {
	service, ok := s.byName[call.Resource.Integration()]
	if !ok {
		return nil
	}
	return s.circuits.of(service, call)
}

// hesitant is a Caller that may say of a Call not to make it now.
type hesitant interface {
	// Try makes one attempt, like Call. A wait without a failure says that the
	// Call was not made, and should not be before so long; with a failure, that
	// the circuit is open and others should wait.
	Try(ctx context.Context, from express.Place, call machine.Call) (outcome machine.Outcome, wait time.Duration)
	Circuit(call machine.Call) *breaker.Circuit
}

// circuitOf gives the circuit of a Call, nil for none.
func circuitOf(caller express.Caller, call machine.Call) *breaker.Circuit {
	if h, ok := caller.(hesitant); ok {
		return h.Circuit(call)
	}
	return nil
}

// Try makes one attempt unless the circuit is open.
func (s *Services) Try(ctx context.Context, from express.Place, call machine.Call) (machine.Outcome, time.Duration) {
	service, ok := s.byName[call.Resource.Integration()]
	if !ok {
		return failed(unsupported(call.Resource.ARN)), 0
	}
	leave, wait := s.circuits.of(service, call).Enter()
	switch {
	case wait == 0:
		outcome := attempt(ctx, service, from, call)
		leave(s.circuits.verdict(ctx, outcome))
		return s.bounded(call, outcome), 0
	case s.circuits.Wait:
		return machine.Outcome{}, wait
	}
	return failed(s.circuits.open(service, call, wait)), wait
}
