package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	"go.temporal.io/sdk/log"
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
		address:   options.HostPort,
		namespace: options.Namespace,
		taskQueue: c.setting("STEPWELL_TASK_QUEUE", defaultTaskQueue),
		account:   c.account(),
	}, nil
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
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &missing):
		return failed("TEMPORAL_NAMESPACE, or --namespace NAME, says which one to use; it has to be made first",
			"Temporal at %s has no namespace %q", n.address, n.namespace)
	case errors.As(err, &denied):
		return failed("see TEMPORAL_API_KEY and the TEMPORAL_TLS_* variables", "Temporal at %s does not allow it: %s", n.address, denied.Error())
	}
	return failed("try again; is Temporal at "+n.address+" well?", "%s: %s", doing, rootCause(err))
}
