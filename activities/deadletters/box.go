package deadletters

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
)

// Setting is the worker's setting that names the box.
const Setting = "STEPWELL_DEAD_LETTERS"

// Box takes letters. It is safe for concurrent use.
type Box interface {
	// Put puts letters into the box and gives those that are not in it, with the
	// reason: a [*Refusal], or an error that may pass. Putting a letter again does
	// not give another one where the box can tell by the key.
	Put(ctx context.Context, letters []Letter) (rest []Letter, err error)
	// String gives the address.
	String() string
}

// Refusal is the definite answer of a box: trying again would not help.
type Refusal struct {
	// Box is the box's address.
	Box string
	Err error
}

// Error says what to look at.
func (r *Refusal) Error() string {
	return fmt.Sprintf("dead letters cannot be put to %s: %v. Check %s and the worker's AWS credentials, which need s3:PutObject, "+
		"or sqs:SendMessage, sqs:GetQueueUrl and sqs:GetQueueAttributes, there", r.Box, r.Err, Setting)
}

// Unwrap gives the reason.
func (r *Refusal) Unwrap() error { return r.Err }

// Address says where letters go, and is not checked against what is there.
type Address struct {
	text string
	// at is the prefix on S3.
	at objects.Location
	// url is the queue's; or account and name are, by which to ask for it.
	url, account, name string
	// region is the queue's, "" when the text does not tell.
	region string
}

var errAddress = errors.New("must be s3://bucket/prefix, the URL of an SQS queue (https://...), or its ARN (arn:aws:sqs:region:account:name)")

// Parse reads an address.
func Parse(text string) (Address, error) {
	a := Address{text: text}
	switch scheme, _, _ := strings.Cut(text, ":"); scheme {
	case "s3":
		at, err := objects.Parse(text)
		if err != nil {
			return a, errAddress
		}
		if at.Key != "" && !strings.HasSuffix(at.Key, "/") {
			at.Key += "/"
		}
		a.at = at
	case "http", "https":
		u, err := url.Parse(text)
		if err != nil || u.Host == "" {
			return a, errAddress
		}
		parts := strings.Split(strings.Trim(u.Path, "/"), "/")
		if parts[len(parts)-1] == "" {
			return a, errAddress
		}
		a.url, a.name = text, parts[len(parts)-1]
		if host := strings.Split(u.Hostname(), "."); len(host) > 3 && host[0] == "sqs" {
			a.region = host[1]
		}
	case "arn":
		parts := strings.Split(text, ":")
		if len(parts) != 6 || parts[2] != "sqs" || parts[3] == "" || parts[4] == "" || parts[5] == "" {
			return a, errAddress
		}
		a.region, a.account, a.name = parts[3], parts[4], parts[5]
	default:
		return a, errAddress
	}
	return a, nil
}

// String gives the text.
func (a Address) String() string { return a.text }

// Open gives the box at the address; nothing is called yet.
func Open(a Address, store objects.Store, queues *sqs.Client) Box {
	if a.at.Bucket != "" {
		return &prefix{Address: a, store: store}
	}
	return &queue{Address: a, client: queues}
}
