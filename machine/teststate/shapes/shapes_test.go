package shapes_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/machine/teststate/shapes"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

func TestFieldName(t *testing.T) {
	for member, want := range map[string]string{
		"executionArn":        "ExecutionArn",
		"ETag":                "ETag",
		"SSEKMSKeyId":         "SsekmsKeyId",
		"DBInstances":         "DbInstances",
		"DBClusterIdentifier": "DbClusterIdentifier",
		"MD5OfMessageBody":    "Md5OfMessageBody",
		"Entries":             "Entries",
		"x":                   "X",
		"":                    "",
	} {
		assert.Equal(t, want, shapes.FieldName(member), member)
	}
}

func TestServiceName(t *testing.T) {
	assert.Equal(t, "cloudwatchlogs", shapes.ServiceName("CloudWatch Logs"))
	assert.Equal(t, "emrcontainers", shapes.ServiceName("EMR containers"))
}

func TestFind(t *testing.T) {
	for call, want := range map[[2]string]bool{
		{"aws-sdk:s3", "getObject"}:                         true,
		{"aws-sdk:sfn", "describeExecution"}:                true,
		{"aws-sdk:cloudwatchlogs", "getLogEvents"}:          true,
		{"aws-sdk:cognitoidentityprovider", "adminGetUser"}: true,
		{"aws-sdk:eventbridge", "putEvents"}:                true,
		{"events", "putEvents"}:                             true,
		{"states", "startExecution"}:                        true,
		{"aws-sdk:s3", "noSuchAction"}:                      false,
		{"aws-sdk:nosuchservice", "get"}:                    false,
		{"apigateway", "invoke"}:                            false,
		{"lambda", "function"}:                              false,
		{"aws-sdk:s3", ""}:                                  false,
	} {
		_, found := shapes.Find(call[0], call[1])
		assert.Equal(t, want, found, "%v", call)
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		integration, action, result, strict, present string
	}{
		{"states", "startExecution", `{"ExecutionArn":"a","StartDate":"d"}`, "", ""},
		{"states", "startExecution", `{"ExecutionArn":"a"}`, "Required field 'StartDate' is missing", ""},
		{"states", "startExecution", `{"ExecutionArn":""}`, "Required field 'StartDate' is missing", "Field 'ExecutionArn' is smaller than the minimum length"},
		{"aws-sdk:s3", "getObject", `{"ContentLength":1,"ETag":"e","Unknown":[]}`, "", ""},
		{"aws-sdk:s3", "getObject", `{"ContentLength":true}`, "Field 'ContentLength' must be a number", "Field 'ContentLength' must be a number"},
		{"aws-sdk:s3", "getObject", `{"SsekmsKeyId":1}`, "Field 'SsekmsKeyId' must be a string", "Field 'SsekmsKeyId' must be a string"},
		{"aws-sdk:s3", "getObject", `{"DeleteMarker":"no"}`, "Field 'DeleteMarker' must be a boolean", "Field 'DeleteMarker' must be a boolean"},
		{"aws-sdk:s3", "getObject", `{"Metadata":{"a":1}}`, "Field 'Metadata' must be a string", "Field 'Metadata' must be a string"},
		{"aws-sdk:s3", "getObject", `{"Metadata":[]}`, "Field 'Metadata' must be an object", "Field 'Metadata' must be an object"},
		{"aws-sdk:s3", "listObjectsV2", `{"Contents":[{"Key":"k"},{"Key":1}]}`, "Field 'Key' must be a string", "Field 'Key' must be a string"},
		{"aws-sdk:s3", "listObjectsV2", `{"Contents":[1]}`, "Field 'Contents' must be an object", "Field 'Contents' must be an object"},
		{"dynamodb", "getItem", `{"Item":{"a":{"S":"x","L":[{"N":1}]}}}`, "Field 'N' must be a string", "Field 'N' must be a string"},
		{"aws-sdk:lambda", "getFunction", `{"Configuration":{"MemorySize":127}}`, "Field 'MemorySize' is less than the minimum value", "Field 'MemorySize' is less than the minimum value"},
	} {
		r, found := shapes.Find(c.integration, c.action)
		require.True(t, found, c.integration)
		result, err := value.ParseString(c.result)
		require.NoError(t, err)
		assert.Equal(t, c.strict, reason(r.Check(result, true)), c.result)
		assert.Equal(t, c.present, reason(r.Check(result, false)), c.result)
	}
}

func TestWithout(t *testing.T) {
	r, found := shapes.Find("lambda", "invoke")
	require.True(t, found)
	result := value.OfObject(value.Member{Name: "Payload", Value: value.EmptyObject})
	assert.Equal(t, "Field 'Payload' must be a string", reason(r.Check(result, true)))
	assert.Equal(t, "", reason(r.Without("Payload").Check(result, true)))
	assert.Equal(t, "Field 'Payload' must be a string", reason(r.Check(result, true)), "Without changed the response itself")
}

func reason(m *shapes.Mismatch) string {
	if m == nil {
		return ""
	}
	return m.Error()
}
