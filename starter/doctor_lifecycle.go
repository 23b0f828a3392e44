package main

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
)

// lifecycle looks whether the bucket deletes large values while Temporal still
// keeps the histories that need them. prefix is that of staging, with a slash at
// its end when it is not empty. Who may not see the rules, or whose S3 has none,
// is told nothing.
func (d *diagnosis) lifecycle(ctx context.Context, s *storage, place objects.Location, prefix string) {
	if d.retention == 0 {
		return // Temporal could not be asked
	}
	rules, err := s.client.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: &place.Bucket})
	if err != nil {
		return
	}
	id, left := expiration(rules.Rules, prefix+"v0/")
	if left > 0 && left < d.retention {
		d.warn("staging", "let the rule leave objects below "+prefix+"v0/ for the longest execution and the namespace's retention together",
			"the lifecycle rule %q of the bucket deletes large values after %s, and the namespace keeps executions for %s after their end: those with large values cannot be shown or redriven that long",
			id, days(left), days(d.retention))
	}
}

// expiration gives the rule that deletes the objects below a prefix first, and
// how old they get; 0 when none deletes all of them by age.
func expiration(rules []types.LifecycleRule, prefix string) (id string, left time.Duration) {
	for _, rule := range rules {
		if rule.Status != types.ExpirationStatusEnabled || rule.Expiration == nil || aws.ToInt32(rule.Expiration.Days) == 0 {
			continue
		}
		//lint:ignore SA1019 rules of old have it
		of := rule.Prefix
		if f := rule.Filter; f != nil {
			if f.And != nil || f.Tag != nil || f.ObjectSizeLessThan != nil {
				continue // it spares some
			}
			of = f.Prefix
		}
		after := time.Duration(*rule.Expiration.Days) * 24 * time.Hour
		if strings.HasPrefix(prefix, aws.ToString(of)) && (left == 0 || after < left) {
			id, left = aws.ToString(rule.ID), after
		}
	}
	return id, left
}
