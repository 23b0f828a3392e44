package workflows

import (
	"fmt"
	"runtime/debug"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/machine"
)

// evaluate lets a machine take a step. Evaluating may panic by a fault of ours:
// the execution of that ARN then fails, rather than its workflow task for ever.
// After a fault the machine cannot be asked any more.
func evaluate(ctx workflow.Context, arn string, step func() []machine.Effect) (effects []machine.Effect, fault *machine.Failure) {
	defer func() {
		if r := recover(); r != nil {
			workflow.GetLogger(ctx).Error("Evaluating panicked.", "execution", arn, "panic", r, "stack", string(debug.Stack()))
			f := machine.Fault(machine.ErrorRuntime, fmt.Sprintf("An internal error occurred: %v", r))
			effects, fault = nil, &f
		}
	}()
	return step(), nil
}
