package activities

import (
	"context"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
)

// Service performs the Calls of one service, one attempt at a time. It is safe
// for concurrent use, never retries by itself (Retry is the definition's), and
// stops early when ctx ends; who ended ctx says what that means. It may panic:
// that becomes States.Runtime.
type Service interface {
	// Integrations are the names that it answers to, as
	// [program.Resource.Integration] gives them.
	Integrations() []string
	// Call makes one attempt.
	Call(ctx context.Context, from express.Place, call machine.Call) machine.Outcome
}

// Watcher is a Service with jobs that a Task can wait for (.sync).
type Watcher interface {
	Service
	// Jobs are those of its integrations that start one.
	Jobs() []string
	// Watch waits for the job that the Call before has started. It may begin
	// anew at any moment, on another worker. When ctx ends because the Task is
	// not wanted any more, the job is to be cancelled.
	Watch(ctx context.Context, from express.Place, await machine.Await) machine.Outcome
}

// Services is the table of all services by integration. It is the
// [express.Caller] of express executions and the performer of Tasks and waves.
type Services struct {
	names  []string
	byName map[string]Service
	jobs   map[string]Watcher
	// circuits keep Calls from resources that fail.
	circuits Circuits
	ceiling  ceiling
}

// NewServices makes a table. It panics when two services claim one integration.
func NewServices(services ...Service) *Services {
	s := &Services{byName: map[string]Service{}, jobs: map[string]Watcher{}}
	for _, service := range services {
		for _, name := range service.Integrations() {
			if _, taken := s.byName[name]; taken {
				panic(fmt.Sprintf("activities: two services for %s", name))
			}
			s.byName[name] = service
			s.names = append(s.names, name)
		}
		if watcher, ok := service.(Watcher); ok {
			for _, name := range watcher.Jobs() {
				s.jobs[name] = watcher
			}
		}
	}
	slices.Sort(s.names)
	return s
}

// Limited lets results have up to so many bytes, instead of wire.ValueLimit, and
// gives the table. It is for a process whose large values go to staging.
func (s *Services) Limited(bytes int) *Services {
	s.ceiling = ceiling(bytes)
	return s
}

// Integrations gives the names of all integrations, sorted.
func (s *Services) Integrations() []string { return s.names }

// Watches gives the integrations with jobs that can be waited for, sorted.
func (s *Services) Watches() []string { return slices.Sorted(maps.Keys(s.jobs)) }

// Watch waits for a job and keeps its outcome within what an execution can hold.
func (s *Services) Watch(ctx context.Context, from express.Place, await machine.Await) machine.Outcome {
	watcher, ok := s.jobs[await.Resource.Integration()]
	if !ok {
		return failed(unsupported(await.Resource.ARN))
	}
	return s.bounded(machine.Call{Resource: await.Resource}, watcher.Watch(ctx, from, await))
}

// Call makes one attempt and keeps its outcome within what an execution can
// hold. While the circuit of whom it calls is open it waits until ctx ends, or
// fails, as [Circuits] say.
func (s *Services) Call(ctx context.Context, from express.Place, call machine.Call) machine.Outcome {
	service, ok := s.byName[call.Resource.Integration()]
	if !ok || !s.circuits.Wait {
		outcome, _ := s.Try(ctx, from, call)
		return outcome
	}
	leave, err := s.circuits.of(service, call).Await(ctx)
	if err != nil {
		return failed(timeUp())
	}
	outcome := attempt(ctx, service, from, call)
	leave(s.circuits.verdict(ctx, outcome))
	return s.bounded(call, outcome)
}

// attempt is one Call of the service, with a panic turned into a failure.
func attempt(ctx context.Context, service Service, from express.Place, call machine.Call) (outcome machine.Outcome) {
	defer func() {
		if fault := recover(); fault != nil {
			logger(ctx).Error("a service panicked", attributes(from, "resource", call.Resource.ARN, "panic", fault, "stack", string(debug.Stack()))...)
			outcome = failed(machine.Fault(machine.ErrorRuntime,
				fmt.Sprintf("The worker failed while it performed %s: %v. The worker's log has the details.", call.Resource.ARN, fault)))
		}
	}()
	return service.Call(ctx, from, call)
}

// unsupported is the failure of a Task whose integration no service performs.
func unsupported(resource string) machine.Failure {
	return machine.Fault(machine.ErrorRuntime, fmt.Sprintf(
		"The resource %s is not supported by this worker. Call it from a Lambda function, which a route of the worker can send "+
			"to a Temporal activity or an HTTP endpoint, or use arn:aws:states:::temporal:executeActivity.", resource))
}
