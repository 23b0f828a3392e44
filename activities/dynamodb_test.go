package activities

import (
	"fmt"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/machine"
)

// Parameters and answers pass as they are: attributes of every type, numbers as
// texts, binary as base64. The optimized integration tells of the HTTP answer.
func TestItems(t *testing.T) {
	const item = `{"B":{"B":"AAE="},"BOOL":{"BOOL":true},"L":{"L":[{"N":"1.50"},{"NULL":true}]},"M":{"M":{"SS":{"SS":["a"]},"S":{"S":"é"}}},"NS":{"NS":["1E400"]},"BS":{"BS":["AA=="]}}`
	const put = `{"TableName":"orders","Item":` + item + `,"ConditionExpression":"attribute_not_exists(id)","ReturnValues":"ALL_OLD"}`
	cloud := newJSONCloud(t)
	cloud.answer = `{"Attributes":` + item + `,"ConsumedCapacity":{"CapacityUnits":1.5,"TableName":"orders"}}`
	cloud.header = map[string]string{"x-amz-crc32": fmt.Sprint(crc32.ChecksumIEEE([]byte(cloud.answer)))}
	o := cloud.succeeds(t, asking("dynamodb", "putItem", put))
	assert.Equal(t, "DynamoDB_20120810.PutItem", cloud.target)
	assert.Equal(t, put, cloud.request)
	assert.Contains(t, cloud.signed, "AWS4-HMAC-SHA256 Credential=id/")
	assert.Equal(t, item, o.Get("Attributes").String())
	assert.Equal(t, "1.5", o.Get("ConsumedCapacity").Get("CapacityUnits").String())
	assert.Equal(t, "request-1", o.Get("SdkResponseMetadata").Get("RequestId").Text())
	metadata := o.Get("SdkHttpMetadata")
	assert.Equal(t, "200", metadata.Get("HttpStatusCode").String())
	assert.Equal(t, cloud.header["x-amz-crc32"], metadata.Get("HttpHeaders").Get("x-amz-crc32").Text())

	for action, target := range map[string]string{"getItem": "GetItem", "updateItem": "UpdateItem", "deleteItem": "DeleteItem"} {
		cloud.succeeds(t, asking("dynamodb", action, `{"TableName":"orders","Key":{"id":{"S":"1"}}}`))
		assert.Equal(t, "DynamoDB_20120810."+target, cloud.target)
	}
}

// The SDK integration spells types of attributes in its own way, and gives the
// answer alone.
func TestItemsOfTheSDK(t *testing.T) {
	cloud := newJSONCloud(t)
	cloud.answer = `{"Items":[{"BOOL":{"BOOL":false},"s":{"L":[{"SS":["a"]},{"NULL":true}]}}],"Count":1,"ScannedCount":1}`
	o := cloud.succeeds(t, asking("aws-sdk:dynamodb", "query", `{"TableName":"orders","ExpressionAttributeValues":{":Bool":{"Bool":true},":n":{"Nul":true},":s":{"Ns":["1"]},":b":{"BOOL":true}}}`))
	assert.Equal(t, `{"TableName":"orders","ExpressionAttributeValues":{":Bool":{"BOOL":true},":n":{"NULL":true},":s":{"NS":["1"]},":b":{"BOOL":true}}}`, cloud.request)
	assert.Equal(t, `{"Items":[{"BOOL":{"Bool":false},"s":{"L":[{"Ss":["a"]},{"Nul":true}]}}],"Count":1,"ScannedCount":1}`, o.String())
}

// Transactions are made once, however often they are asked for.
func TestTransactionsOnce(t *testing.T) {
	const items = `"TransactItems":[{"Put":{"TableName":"orders","Item":{"Null":{"S":"1"}}}}]`
	cloud := newJSONCloud(t)
	call := asking("aws-sdk:dynamodb", "transactWriteItems", `{`+items+`}`)
	assert.Equal(t, "{}", cloud.succeeds(t, call).String())
	assert.Equal(t, "DynamoDB_20120810.TransactWriteItems", cloud.target)
	token := idempotencyKey(from, call)
	assert.JSONEq(t, `{`+items+`,"ClientRequestToken":"`+token+`"}`, cloud.request)
	assert.LessOrEqual(t, len(token), 36)
	cloud.succeeds(t, asking("aws-sdk:dynamodb", "transactWriteItems", `{`+items+`,"ClientRequestToken":"own"}`))
	assert.JSONEq(t, `{`+items+`,"ClientRequestToken":"own"}`, cloud.request)
	call.Token = "t"
	cloud.succeeds(t, call)
	assert.NotContains(t, cloud.request, token, "what waits for a token asks for another transaction each time")
	cloud.succeeds(t, asking("aws-sdk:dynamodb", "batchWriteItem", `{}`))
	assert.Equal(t, "{}", cloud.request)
}

// Every integration that the service names can be called.
func TestActionsOfDynamoDB(t *testing.T) {
	cloud := newJSONCloud(t)
	names := NewDynamoDB(cloud.config()).Integrations()
	require.Len(t, names, 16)
	for _, name := range names {
		colon := strings.LastIndexByte(name, ':')
		cloud.succeeds(t, asking(name[:colon], name[colon+1:], `{}`))
	}
	o := cloud.services().Call(t.Context(), from, asking("dynamodb", "query", `{}`))
	assert.Equal(t, machine.ErrorRuntime, o.Failure.Name(), "the optimized integration has none")
}
