package activities

import (
	"context"
	"strings"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/log"

	"github.com/seed-a99ddb6e/stepwell/machine/express"
)

// logger gives the worker's logger, which knows the activity.
func logger(ctx context.Context) log.Logger {
	if activity.IsActivity(ctx) {
		return activity.GetLogger(ctx)
	}
	return silent{}
}

// attributes are what a log line says of the place of a Call: execution,
// state, effect, and for an item of a Map Run the run and the item.
func attributes(from express.Place, more ...any) []any {
	all := []any{"execution", from.ExecutionArn, "state", from.State, "effect", int64(from.Effect)}
	if mapRun, item, ok := itemOf(from.ExecutionArn); ok {
		all = append(all, "mapRun", mapRun, "item", item)
	}
	return append(all, more...)
}

// itemOf takes the ARN of an item's execution apart, which ends with
// <machine>/<label>:<item> (AWS, "Map Run").
func itemOf(arn string) (mapRun, item string, ok bool) {
	end := strings.LastIndexByte(arn, ':')
	if end < 0 {
		return "", "", false
	}
	machine := arn[strings.LastIndexByte(arn[:end], ':')+1 : end]
	return machine, arn[end+1:], strings.Contains(machine, "/")
}

// silent is the logger outside of an activity.
type silent struct{}

func (silent) Debug(string, ...any) {}
func (silent) Info(string, ...any)  {}
func (silent) Warn(string, ...any)  {}
func (silent) Error(string, ...any) {}
