package express

import (
	"context"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// RunLimited is Run with a limit of its own.
func RunLimited(ctx context.Context, p *program.Program, caller Caller, limit time.Duration) *machine.Execution {
	r := runner{caller: caller, limit: time.Now().Add(limit)}
	return r.start(ctx, p, machine.Beginning{Origin: machine.Origin{StartTime: time.Now()}})
}
