package workflows

import (
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
)

type activityInfo = activity.Info

func startOptions() client.StartWorkflowOptions {
	return client.StartWorkflowOptions{ID: "orders/Each:0f0e0d0c-0000-4000-8000-000000000001", TaskQueue: "q"}
}

func activityOptions(name string) activity.RegisterOptions {
	return activity.RegisterOptions{Name: name}
}
