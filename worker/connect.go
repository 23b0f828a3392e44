package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	"go.temporal.io/sdk/log"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/idempotency"
	"github.com/seed-a99ddb6e/stepwell/internal/offload"
)

// dialTime is the settings' dialTime.
const dialTime = 10 * time.Second

// cluster is a connection to Temporal.
type cluster struct {
	client.Client
	address, namespace string
	// identity is what Temporal knows this process by.
	identity string
}

// attached is what a connection to Temporal works with.
type attached struct {
	// metrics takes what the SDK measures; nil for none.
	metrics *metrics
	// storage takes what is too large for Temporal.
	storage *offload.Storage
}

// dial connects to Temporal and makes sure that it answers.
func (s *settings) dial(ctx context.Context, logger *slog.Logger, around surroundings, a attached) (*cluster, error) {
	options, err := envconfig.LoadClientOptions(envconfig.LoadClientOptionsRequest{EnvLookup: around.environment})
	if err != nil {
		return nil, misuse{fmt.Errorf("the settings of the connection to Temporal are wrong (TEMPORAL_* variables or Temporal's configuration file): %w", err)}
	}
	options.HostPort = cmp.Or(s.address, options.HostPort, client.DefaultHostPort)
	options.Namespace = cmp.Or(s.namespace, options.Namespace, client.DefaultNamespace)
	options.Logger = log.NewStructuredLogger(logger)
	options.ContextPropagators = append(options.ContextPropagators, idempotency.Propagator{})
	options.Identity = cmp.Or(options.Identity, identity(s.taskQueue))
	a.storage.Apply(&options)
	if a.metrics != nil {
		options.MetricsHandler = a.metrics.temporal.handler()
	}
	options.ConnectionOptions.GrpcCompression = compressions[s.compression]
	options.ConnectionOptions.GetSystemInfoTimeout = s.dialTime
	dialing, cancel := context.WithTimeout(ctx, s.dialTime)
	defer cancel()
	connected, err := client.DialContext(dialing, options)
	if err != nil {
		return nil, s.unreachable(err, options.HostPort)
	}
	return &cluster{connected, options.HostPort, options.Namespace, options.Identity}, nil
}

// identity names this process to people, as the SDK does: process@host@queue.
func identity(taskQueue string) string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%d@%s@%s", os.Getpid(), host, taskQueue)
}

// unreachable says of a failed connection what to look at.
func (s *settings) unreachable(err error, address string) error {
	reason := err.Error()
	if _, after, found := strings.Cut(reason, "desc = "); found {
		reason = strings.Trim(after, `"`)
	}
	if errors.Is(err, context.DeadlineExceeded) || strings.Contains(reason, "context deadline exceeded") {
		reason = fmt.Sprintf("no answer within %v", s.dialTime)
	}
	return fault{fmt.Sprintf("Temporal cannot be reached at %s: %s", address, reason),
		"Is it running there? TEMPORAL_ADDRESS, or --address HOST:PORT, says where it is; TEMPORAL_API_KEY and TEMPORAL_TLS_* how to get in.\n" +
			"'stepwell-dev' starts a Temporal of your own on localhost:7233."}
}

// explain says of a worker that Temporal refused what to look at.
func (c *cluster) explain(err error) error {
	var missing *serviceerror.NamespaceNotFound
	var denied *serviceerror.PermissionDenied
	switch {
	case errors.As(err, &missing):
		return fault{fmt.Sprintf("Temporal at %s has no namespace %q", c.address, c.namespace),
			"TEMPORAL_NAMESPACE, or --namespace NAME, says which one to use; it has to be made first: temporal operator namespace create"}
	case errors.As(err, &denied):
		return fault{fmt.Sprintf("Temporal at %s refuses this worker: %v", c.address, err), "See TEMPORAL_API_KEY and the TEMPORAL_TLS_* variables."}
	}
	return fmt.Errorf("the worker ended because of Temporal at %s: %w", c.address, err)
}

// fault is an error with what to look at next.
type fault struct{ what, next string }

func (f fault) Error() string { return f.what + "\n" + f.next }

// amazon is how the AWS services are reached.
type amazon struct {
	config aws.Config
	s3     *s3.Client
}

// storage is where large values go: the staging location.
func (a *amazon) storage(staging string) (*offload.Storage, error) {
	return offload.New(staging, func(context.Context) (objects.Store, error) { return objects.NewS3(a.s3), nil })
}

// regionElsewhere is the region for endpoints that are not AWS's and do not
// care, when none is set.
const regionElsewhere = "us-east-1"

// storeAnswers is how long S3 may take to begin its answer. One that takes a
// request and never answers would otherwise hold an activity for good. Lambda has
// no such bound: a function may work for 15 minutes before it answers.
const storeAnswers = time.Minute

// loadAmazon reads the AWS settings the way all AWS tools do. Nothing is
// called yet: a worker without maps and Lambda functions needs no AWS.
func loadAmazon(ctx context.Context, around surroundings) (*amazon, error) {
	connections := awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		t.MaxIdleConns, t.MaxIdleConnsPerHost = 2048, 512
	})
	c, err := config.LoadDefaultConfig(ctx, config.WithHTTPClient(connections))
	if err != nil {
		return nil, misuse{fmt.Errorf("the AWS settings cannot be read (AWS_* variables and profiles): %w", err)}
	}
	set := func(names ...string) bool {
		for _, name := range names {
			if v, ok := around.environment.LookupEnv(name); ok && v != "" {
				return true
			}
		}
		return false
	}
	if c.Region == "" && set("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_LAMBDA", "AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL_DYNAMODB") {
		c.Region = regionElsewhere
	}
	store := s3.NewFromConfig(c, func(o *s3.Options) {
		// Servers other than AWS rarely have a host name for each bucket.
		o.UsePathStyle = set("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3")
		o.HTTPClient = connections.WithTransportOptions(func(t *http.Transport) {
			t.ResponseHeaderTimeout = storeAnswers
		})
	})
	return &amazon{config: c, s3: store}, nil
}
