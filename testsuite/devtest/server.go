package devtest

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
)

// Server is a dev server that is ready: what its ready file says.
type Server struct {
	TemporalAddress string `json:"temporalAddress"`
	Namespace       string `json:"namespace"`
	S3Endpoint      string `json:"s3Endpoint"`
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
	Region          string `json:"region"`
}

// Client gives a connection to Temporal that lasts as long as the test.
func (s *Server) Client(t testing.TB, with ...func(*client.Options)) client.Client {
	t.Helper()
	options := client.Options{
		HostPort:  s.TemporalAddress,
		Namespace: s.Namespace,
		Logger:    log.NewStructuredLogger(slog.New(slog.DiscardHandler)),
	}
	for _, apply := range with {
		apply(&options)
	}
	c, err := client.Dial(options)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// AWS gives the configuration with which the AWS SDK finds the S3 server. It
// has connections for a few hundred requests at once.
func (s *Server) AWS() aws.Config {
	return aws.Config{
		Region:      s.Region,
		Credentials: credentials.NewStaticCredentialsProvider(s.AccessKeyID, s.SecretAccessKey, ""),
		HTTPClient:  &http.Client{Transport: &http.Transport{MaxIdleConns: 512, MaxIdleConnsPerHost: 256}},
	}
}

// S3 gives a client of the S3 server.
func (s *Server) S3() *s3.Client {
	return s3.NewFromConfig(s.AWS(), func(o *s3.Options) {
		o.BaseEndpoint = &s.S3Endpoint
		o.UsePathStyle = true
	})
}

// Bucket makes a bucket of this name, unless it is there.
func (s *Server) Bucket(t testing.TB, name string) {
	t.Helper()
	_, err := s.S3().CreateBucket(context.Background(), &s3.CreateBucketInput{Bucket: &name})
	if err != nil && !strings.Contains(err.Error(), "BucketAlreadyOwnedByYou") {
		require.NoError(t, err)
	}
}

// Environment gives the environment of a process that is to find both servers
// and nothing else of the machine's settings: this process's own, without its
// TEMPORAL_, AWS_ and STEPWELL_ variables.
func (s *Server) Environment() []string {
	var all []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "TEMPORAL_") && !strings.HasPrefix(variable, "AWS_") && !strings.HasPrefix(variable, "STEPWELL_") {
			all = append(all, variable)
		}
	}
	return append(all,
		"TEMPORAL_ADDRESS="+s.TemporalAddress,
		"TEMPORAL_NAMESPACE="+s.Namespace,
		"TEMPORAL_CONFIG_FILE="+os.DevNull,
		"AWS_ENDPOINT_URL_S3="+s.S3Endpoint,
		"AWS_ACCESS_KEY_ID="+s.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY="+s.SecretAccessKey,
		"AWS_REGION="+s.Region,
		"AWS_CONFIG_FILE="+os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
		"AWS_EC2_METADATA_DISABLED=true",
	)
}
