package activities

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// optimized is how an integration of AWS, optimized or of the SDK, spells the
// errors of its service (recorded histories; AWS, "Handling errors in Step
// Functions").
type optimized struct {
	// prefix stands before the names: Lambda in Lambda.ServiceException.
	prefix string
	// service is the service's name in causes: AWSLambda.
	service string
	// generic is the name of an error that the service's model does not have.
	generic string
	// sdk is the form of the causes of SDK integrations.
	sdk bool
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
	if o.sdk {
		return machine.Fault(o.prefix+"."+o.name(api), fmt.Sprintf("%s (Service: %s, Status Code: %d, Request ID: %s)",
			api.ErrorMessage(), o.service, status, request))
	}
	cause := fmt.Sprintf("%s (Service: %s; Status Code: %d; Error Code: %s; Request ID: %s; Proxy: null)",
		api.ErrorMessage(), o.service, status, api.ErrorCode(), request)
	return machine.Fault(o.prefix+"."+o.name(api), cause)
}

// name gives the error's class: an error of the service's model has its own,
// with the suffix Exception; any other is the service's generic one. The code is
// not the class where a service keeps an older one, as SQS does.
func (o optimized) name(err smithy.APIError) string {
	class := reflect.Indirect(reflect.ValueOf(err)).Type()
	if class == reflect.TypeFor[smithy.GenericAPIError]() || err.ErrorCode() == "" {
		return o.generic
	}
	return strings.TrimSuffix(class.Name(), "Exception") + "Exception"
}

// plainRequest refuses a Call of a service that is asked by [plainJSON] before it
// is made.
func plainRequest(call machine.Call, region string, spelled optimized) *machine.Failure {
	var fault machine.Failure
	switch {
	case call.Input.Kind() != value.Object:
		fault = machine.Fault(machine.ErrorRuntime, "The Parameters must be an object (resource "+call.Resource.ARN+").")
	case !call.Credentials.IsAbsent():
		fault = machine.Fault(machine.ErrorRuntime, "The field Credentials is not supported by this worker: it calls AWS with its own credentials.")
	case region == "":
		fault = spelled.unreachable(errRegion)
	default:
		return nil
	}
	return &fault
}

// refusal is the failure of a Call that [plainJSON] could not make, or that the
// service refused.
func (o optimized) refusal(call machine.Call, err error) machine.Failure {
	var unknown unknownField
	if errors.As(err, &unknown) {
		return machine.Fault(machine.ErrorRuntime, unknown.Error()+" (resource "+call.Resource.ARN+").")
	}
	return o.failure(err)
}

// unreachable is the failure of a request that got no answer.
func (o optimized) unreachable(err error) machine.Failure {
	var operation *smithy.OperationError
	if errors.As(err, &operation) {
		err = operation.Err
	}
	return machine.Fault(o.prefix+".SdkClientException", "Unable to execute HTTP request: "+err.Error())
}
