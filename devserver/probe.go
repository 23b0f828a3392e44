package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
)

const (
	probeInterval = 25 * time.Millisecond
	probePatience = 60 * time.Second
)

// await asks until the server answers, and reports the last fault when it does
// not in time. It ends early when the context does.
func await(ctx context.Context, server string, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, probePatience)
	defer cancel()
	for {
		err := ask(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return fmt.Errorf("%s does not answer after %v: %w; run again with --log-level info to see why", server, probePatience, err)
			}
			return ctx.Err()
		case <-time.After(probeInterval):
		}
	}
}

// probeTemporal passes when a workflow could be started in every namespace and
// its tasks polled: the frontend is healthy, and history and matching, which it
// asks on behalf of the probe, own their shards and queues.
func probeTemporal(address string, namespaces []string) func(context.Context) error {
	return func(ctx context.Context) error {
		connection, err := grpc.NewClient("passthrough:///"+address, grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			return err
		}
		defer connection.Close()
		health, err := grpc_health_v1.NewHealthClient(connection).Check(ctx, &grpc_health_v1.HealthCheckRequest{
			Service: workflowservice.WorkflowService_ServiceDesc.ServiceName,
		})
		if err != nil {
			return err
		}
		if health.Status != grpc_health_v1.HealthCheckResponse_SERVING {
			return fmt.Errorf("its health is %v", health.Status)
		}
		client := workflowservice.NewWorkflowServiceClient(connection)
		for _, namespace := range namespaces {
			if err := probeNamespace(ctx, client, namespace); err != nil {
				return fmt.Errorf("namespace %s: %w", namespace, err)
			}
		}
		return nil
	}
}

const probeName = "stepwell-dev-probe"

func probeNamespace(ctx context.Context, client workflowservice.WorkflowServiceClient, namespace string) error {
	if _, err := client.DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: namespace}); err != nil {
		return err
	}
	// That there is no such workflow is history's answer.
	_, err := client.DescribeWorkflowExecution(ctx, &workflowservice.DescribeWorkflowExecutionRequest{
		Namespace: namespace,
		Execution: &common.WorkflowExecution{WorkflowId: probeName},
	})
	var absent *serviceerror.NotFound
	if err = serviceerror.FromStatus(serviceerror.ToStatus(err)); err != nil && !errors.As(err, &absent) {
		return err
	}
	_, err = client.DescribeTaskQueue(ctx, &workflowservice.DescribeTaskQueueRequest{
		Namespace:     namespace,
		TaskQueue:     &taskqueue.TaskQueue{Name: probeName, Kind: enums.TASK_QUEUE_KIND_NORMAL},
		TaskQueueType: enums.TASK_QUEUE_TYPE_WORKFLOW,
	})
	return err
}

// probeWebUI passes when the UI serves its page and reaches Temporal.
func probeWebUI(address, namespace string) func(context.Context) error {
	return func(ctx context.Context) error {
		for _, path := range []string{"/", "/api/v1/namespaces/" + namespace} {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, address+path, nil)
			if err != nil {
				return err
			}
			request.Close = true
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				return err
			}
			io.Copy(io.Discard, response.Body)
			response.Body.Close()
			if response.StatusCode != http.StatusOK {
				return fmt.Errorf("GET %s answers %s", path, response.Status)
			}
		}
		return nil
	}
}

// probeObjectStore passes when a signed request is accepted.
func probeObjectStore(client *objectClient) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := client.ListBuckets(ctx, &s3.ListBucketsInput{})
		return err
	}
}
