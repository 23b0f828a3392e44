package activities

import (
	"errors"
	"fmt"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/seed-a99ddb6e/stepwell/machine"
)

// optimized is how an optimized integration of AWS spells the errors of its
// service (recorded histories; AWS, "Handling errors in Step Functions").
type optimized struct {
	// prefix stands before the names: Lambda in Lambda.ServiceException.
	prefix string
	// service is the service's name in causes: AWSLambda.
	service string
	// generic is the name of an error that the service's model does not have.
	generic string
}

// failure turns an error of the AWS SDK into the failure that Retry and Catch
// see:
//
//	Lambda.ResourceNotFoundException
//	Function not found: f (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: id; Proxy: null)
//
// What never reached the service is <prefix>.SdkClientException.
func (o optimized) failure(err error) machine.Failure {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return o.unreachable(err)
	}
	status, request := 0, ""
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		status, request = response.HTTPStatusCode(), response.ServiceRequestID()
	}
	cause := fmt.Sprintf("%s (Service: %s; Status Code: %d; Error Code: %s; Request ID: %s; Proxy: null)",
		api.ErrorMessage(), o.service, status, api.ErrorCode(), request)
	return machine.Fault(o.prefix+"."+o.name(api), cause)
}

// name gives the error's class: an error of the service's model has its own,
// with the suffix Exception; any other is the service's generic one.
func (o optimized) name(err smithy.APIError) string {
	var unmodelled *smithy.GenericAPIError
	code := err.ErrorCode()
	switch {
	case errors.As(err, &unmodelled), code == "":
		return o.generic
	case strings.HasSuffix(code, "Exception"):
		return code
	}
	return code + "Exception"
}

// unreachable is the failure of a request that got no answer.
func (o optimized) unreachable(err error) machine.Failure {
	var operation *smithy.OperationError
	if errors.As(err, &operation) {
		err = operation.Err
	}
	return machine.Fault(o.prefix+".SdkClientException", "Unable to execute HTTP request: "+err.Error())
}
