package objects

import (
	"errors"
	"net/http"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
)

// passing are the error codes that come with a 4xx status and yet may be gone
// at the next try (AWS, "Error responses" of Amazon S3).
var passing = map[string]bool{
	"RequestTimeout": true, "RequestTimeTooSkewed": true, "SlowDown": true, "OperationAborted": true,
	"ExpiredToken": true, "TokenRefreshRequired": true, "ConditionalRequestConflict": true,
}

// refusal turns an error of the SDK into an [*Error] when it is definite.
// Network faults, throttling and 5xx stay as they are.
func refusal(err error, at Location) error {
	var response *awshttp.ResponseError
	if err == nil || !errors.As(err, &response) {
		return err
	}
	e := &Error{At: at}
	if api := smithy.APIError(nil); errors.As(err, &api) {
		e.Code, e.Message = api.ErrorCode(), api.ErrorMessage()
	}
	status := response.HTTPStatusCode()
	if passing[e.Code] {
		return err
	}
	switch {
	case status == http.StatusNotFound:
		e.Kind = NotFound
	case status == http.StatusForbidden || status == http.StatusUnauthorized:
		e.Kind = Denied
	case status == http.StatusPreconditionFailed:
		e.Kind = Changed
	case status == http.StatusRequestTimeout || status == http.StatusTooManyRequests || status == http.StatusConflict:
		return err
	case status >= 300 && status < 500:
		e.Kind = Refused
	default:
		return err
	}
	return e
}
