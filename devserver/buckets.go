package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// objectClient is an S3 client of the running dev server. Its connections are
// its own, so that close leaves none for the server to wait for when it stops.
type objectClient struct {
	*s3.Client
	transport *http.Transport
}

func newObjectClient(r ready) *objectClient {
	transport := &http.Transport{}
	return &objectClient{transport: transport, Client: s3.New(s3.Options{
		BaseEndpoint: aws.String(r.S3Endpoint),
		Region:       r.Region,
		Credentials:  credentials.NewStaticCredentialsProvider(r.AccessKeyID, r.SecretAccessKey, ""),
		UsePathStyle: true,
		HTTPClient:   &http.Client{Transport: transport},
	})}
}

func (c *objectClient) close() { c.transport.CloseIdleConnections() }

// ensureBuckets makes the absent ones; those of an earlier start are kept.
func (c *objectClient) ensureBuckets(ctx context.Context, names []string) error {
	for _, name := range names {
		_, err := c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String(name)})
		var owned *types.BucketAlreadyOwnedByYou
		if err != nil && !errors.As(err, &owned) {
			return fmt.Errorf("make bucket %q: %w", name, err)
		}
	}
	return nil
}
