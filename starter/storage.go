package main

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
)

// regionElsewhere is the region for endpoints that are not AWS's and do not
// care, when none is set.
const regionElsewhere = "us-east-1"

// storage is S3 as this process reaches it.
type storage struct {
	objects.Store
	client *s3.Client
	config aws.Config
	// endpoint is the address that was set instead of AWS's, "" for AWS.
	endpoint string
}

// storage reads the AWS settings the way all AWS tools do. Nothing is called
// yet.
func (c *console) storage(ctx context.Context) (*storage, error) {
	loaded, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, failed("see the AWS_* variables, and the AWS profiles if there are any", "the AWS settings cannot be read: %s", err)
	}
	endpoint := c.setting("AWS_ENDPOINT_URL_S3", c.setting("AWS_ENDPOINT_URL", ""))
	if loaded.Region == "" && endpoint != "" {
		loaded.Region = regionElsewhere
	}
	client := s3.NewFromConfig(loaded, func(o *s3.Options) {
		if endpoint != "" {
			// Servers other than AWS rarely have a host name for each bucket.
			o.BaseEndpoint, o.UsePathStyle = &endpoint, true
		}
	})
	return &storage{Store: objects.NewS3(client), client: client, config: loaded, endpoint: endpoint}, nil
}

// place says where S3 is.
func (s *storage) place() string {
	if s.endpoint != "" {
		return s.endpoint
	}
	return "AWS, region " + s.config.Region
}

// explain makes a fault of an error of S3's.
func (s *storage) explain(ctx context.Context, err error, doing string) error {
	var refused *objects.Error
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case !errors.As(err, &refused):
		return failed("is S3 reachable? AWS_ENDPOINT_URL_S3 says where it is, AWS_REGION and the AWS credentials how to get in; 'stepwell doctor' looks at them",
			"%s: %s", doing, err)
	case refused.Kind == objects.Denied:
		return failed("the AWS credentials of this shell need s3:GetObject there", "%s: %s", doing, refused)
	}
	return failed("is it the S3 that the workers use ("+s.place()+")? AWS_ENDPOINT_URL_S3 and AWS_REGION say where it is", "%s: %s", doing, refused)
}
