package activities

import (
	"context"

	"go.temporal.io/sdk/activity"
)

// alive sends heartbeats until the function that it gives is called.
func (m *Maps) alive(ctx context.Context) (end func()) {
	if !activity.IsActivity(ctx) {
		return func() {}
	}
	return beating(ctx, beat, func(bool) []any { return nil })
}

// attemptOf gives the number of the activity's attempt, 1 outside of one.
func attemptOf(ctx context.Context) int {
	if !activity.IsActivity(ctx) {
		return 1
	}
	return int(activity.GetInfo(ctx).Attempt)
}
