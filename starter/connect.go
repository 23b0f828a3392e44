package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/cobra"
	commonpb "go.temporal.io/api/common/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	"go.temporal.io/sdk/log"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/offload"
)

const (
	// dialTime bounds how long Temporal may take to answer at all.
	dialTime = 10 * time.Second
	// queryTime bounds how long a worker may take to answer a query.
	queryTime = 3 * time.Second

	defaultTaskQueue = "stepwell"
)

// connection are the flags that say where Temporal is. Without them the
// TEMPORAL_* variables and Temporal's configuration file say so.
type connection struct{ address, namespace string }

func (n *connection) addFlags(command *cobra.Command) {
	command.Flags().StringVar(&n.address, "address", "", "`host:port` of Temporal (default TEMPORAL_ADDRESS, or localhost:7233)")
	command.Flags().StringVar(&n.namespace, "namespace", "", "`namespace` on Temporal (default TEMPORAL_NAMESPACE, or default)")
}

// cluster is a connection to Temporal.
type cluster struct {
	client.Client
	// storage has the values that are too large for Temporal.
	storage   *offload.Storage
	address   string
	namespace string
	taskQueue string
	account   account
}

// dial connects to Temporal and makes sure that it answers.
func (n *connection) dial(ctx context.Context, c *console) (*cluster, error) {
	options, err := envconfig.LoadClientOptions(envconfig.LoadClientOptionsRequest{EnvLookup: c.environment})
	if err != nil {
		return nil, failed("see the TEMPORAL_* variables, and Temporal's configuration file if there is one",
			"the settings of the connection to Temporal are wrong: %s", err)
	}
	source := n.apply(c, &options)
	storage, err := offload.New(c.setting(stagingSetting, ""), func(ctx context.Context) (objects.Store, error) { return c.storage(ctx) })
	if err != nil {
		return nil, failed("use s3://bucket/prefix", "%s", err)
	}
	storage.Apply(&options)
	options.Logger = log.NewStructuredLogger(slog.New(slog.DiscardHandler))
	options.ConnectionOptions.GetSystemInfoTimeout = dialTime
	dialing, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	connected, err := client.DialContext(dialing, options)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, failed("is Temporal running there? TEMPORAL_ADDRESS, or --address HOST:PORT, says where it is\n"+
			"'stepwell-dev' starts a Temporal of your own on localhost:7233",
			"Temporal cannot be reached at %s (%s): %s", options.HostPort, source, rootCause(err))
	}
	return &cluster{
		Client:    connected,
		storage:   storage,
		address:   options.HostPort,
		namespace: options.Namespace,
		taskQueue: c.setting("STEPWELL_TASK_QUEUE", defaultTaskQueue),
		account:   c.account(),
	}, nil
}

// WorkflowService gives Temporal's own interface, with whole values in the
// histories that it gives.
func (n *cluster) WorkflowService() workflowservice.WorkflowServiceClient {
	return n.storage.Service(n.Client.WorkflowService())
}

// firstEvent gives the first event of a run's history.
func (n *cluster) firstEvent(ctx context.Context, id, run string) (*historypb.HistoryEvent, error) {
	page, err := n.WorkflowService().GetWorkflowExecutionHistory(ctx, &workflowservice.GetWorkflowExecutionHistoryRequest{
		Namespace:       n.namespace,
		Execution:       &commonpb.WorkflowExecution{WorkflowId: id, RunId: run},
		MaximumPageSize: 1,
	})
	if err != nil {
		return nil, err
	}
	if len(page.GetHistory().GetEvents()) == 0 {
		return nil, serviceerror.NewNotFound("the history is empty")
	}
	return page.GetHistory().GetEvents()[0], nil
}

// apply puts flags and defaults into the options and says where the address
// comes from.
func (n *connection) apply(c *console, options *client.Options) (source string) {
	source = "from Temporal's configuration file"
	if _, ok := c.environment.LookupEnv("TEMPORAL_ADDRESS"); ok {
		source = "from TEMPORAL_ADDRESS"
	}
	if options.HostPort == "" {
		options.HostPort, source = client.DefaultHostPort, "the default"
	}
	if n.address != "" {
		options.HostPort, source = n.address, "from --address"
	}
	if options.Namespace == "" {
		options.Namespace = client.DefaultNamespace
	}
	if n.namespace != "" {
		options.Namespace = n.namespace
	}
	return source
}

// rootCause takes the words of an error that only say where it passed through.
func rootCause(err error) string {
	text := err.Error()
	if errors.Is(err, context.DeadlineExceeded) || strings.Contains(text, "context deadline exceeded") {
		return fmt.Sprintf("no answer within %v", dialTime)
	}
	if i := strings.LastIndex(text, "desc = "); i >= 0 {
		text = text[i+len("desc = "):]
	}
	text = strings.TrimPrefix(text, "failed reaching server: ")
	return strings.Trim(text, `"`)
}

// explain makes a fault of an error of a Temporal call.
func (n *cluster) explain(err error, doing string) error {
	var missing *serviceerror.NamespaceNotFound
	var denied *serviceerror.PermissionDenied
	var access *offload.AccessError
	var lost *offload.LostError
	var large *offload.SizeError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &lost):
		return failed("what does not need that value can still be shown: stepwell describe, stepwell maprun describe", "%s: %s", doing, lost)
	case errors.As(err, &access):
		return failed("AWS_ENDPOINT_URL_S3 says where S3 is, AWS_REGION and the AWS credentials how to get in; 'stepwell doctor' looks at them", "%s: %s", doing, access)
	case errors.As(err, &large):
		return failed("put the data into S3 and give the execution its bucket and key", "%s: %s", doing, large)
	case errors.As(err, &missing):
		return failed("TEMPORAL_NAMESPACE, or --namespace NAME, says which one to use; it has to be made first",
			"Temporal at %s has no namespace %q", n.address, n.namespace)
	case errors.As(err, &denied):
		return failed("see TEMPORAL_API_KEY and the TEMPORAL_TLS_* variables", "Temporal at %s does not allow it: %s", n.address, denied.Error())
	}
	return failed("try again; is Temporal at "+n.address+" well?", "%s: %s", doing, rootCause(err))
}
