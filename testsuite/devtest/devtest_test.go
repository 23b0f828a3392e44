package devtest_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
)

func TestMain(m *testing.M) { os.Exit(devtest.Run(m)) }

func TestBothServersAnswer(t *testing.T) {
	server := devtest.Start(t, "orders")
	assert.Same(t, server, devtest.Start(t), "one server serves the package")

	described, err := server.Client(t).WorkflowService().DescribeNamespace(context.Background(),
		&workflowservice.DescribeNamespaceRequest{Namespace: server.Namespace})
	require.NoError(t, err)
	assert.Equal(t, server.Namespace, described.GetNamespaceInfo().GetName())

	server.Bucket(t, "orders") // again is no fault
	bucket, key := "orders", "a/b"
	_, err = server.S3().PutObject(context.Background(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader("text")})
	require.NoError(t, err)
	head, err := server.S3().HeadObject(context.Background(), &s3.HeadObjectInput{Bucket: &bucket, Key: &key})
	require.NoError(t, err)
	assert.EqualValues(t, 4, *head.ContentLength)
}

func TestEnvironmentNamesTheServersAlone(t *testing.T) {
	t.Setenv("TEMPORAL_API_KEY", "secret")
	t.Setenv("AWS_PROFILE", "mine")
	t.Setenv("STEPWELL_STAGING", "s3://elsewhere")
	environment := strings.Join((&devtest.Server{TemporalAddress: "127.0.0.1:1"}).Environment(), "\n")
	assert.Contains(t, environment, "TEMPORAL_ADDRESS=127.0.0.1:1")
	assert.NotContains(t, environment, "secret")
	assert.NotContains(t, environment, "AWS_PROFILE")
	assert.NotContains(t, environment, "STEPWELL_STAGING")
	assert.Contains(t, environment, "PATH=")
}
