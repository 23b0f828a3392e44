package activities

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// The services of DynamoDB's Tasks: the optimized integration (AWS, "Perform
// DynamoDB CRUD operations with Step Functions") and that of the SDK.
const (
	dynamoOptimized = "dynamodb"
	dynamoSDK       = "aws-sdk:dynamodb"
)

// dynamoErrors is how the errors of each are spelled.
var dynamoErrors = map[string]optimized{
	dynamoOptimized: {prefix: "DynamoDB", service: "AmazonDynamoDBv2", generic: "AmazonDynamoDBException"},
	dynamoSDK:       {prefix: "DynamoDb", service: "DynamoDb", generic: "DynamoDbException", sdk: true},
}

// dynamoTokens are the actions that DynamoDB performs once for each
// ClientRequestToken, for ten minutes.
var dynamoTokens = []string{"transactWriteItems", "executeTransaction"}

// DynamoDB performs the Tasks of Amazon DynamoDB that read and write items.
type DynamoDB struct {
	actions map[string]operation
	region  string
}

// NewDynamoDB gives the service with endpoint, credentials and connections of the
// configuration. One attempt is made only: Retry is the definition's.
func NewDynamoDB(config aws.Config) *DynamoDB {
	client := dynamodb.NewFromConfig(config, func(o *dynamodb.Options) {
		o.Retryer = aws.NopRetryer{}
		o.Protocol = plainJSON{o.Protocol}
		o.APIOptions = append(o.APIOptions, withoutValidation)
		// It refuses nothing, and complains of every answer of a server that is
		// not AWS's and has no checksums.
		o.DisableValidateResponseChecksum = true
	})
	return &DynamoDB{map[string]operation{
		"batchGetItem":       operationOf(client.BatchGetItem),
		"batchWriteItem":     operationOf(client.BatchWriteItem),
		"deleteItem":         operationOf(client.DeleteItem),
		"executeStatement":   operationOf(client.ExecuteStatement),
		"executeTransaction": operationOf(client.ExecuteTransaction),
		"getItem":            operationOf(client.GetItem),
		"putItem":            operationOf(client.PutItem),
		"query":              operationOf(client.Query),
		"scan":               operationOf(client.Scan),
		"transactGetItems":   operationOf(client.TransactGetItems),
		"transactWriteItems": operationOf(client.TransactWriteItems),
		"updateItem":         operationOf(client.UpdateItem),
	}, config.Region}
}

// Integrations names the four actions of the optimized integration, and all as
// those of the SDK.
func (d *DynamoDB) Integrations() (names []string) {
	for _, action := range []string{"deleteItem", "getItem", "putItem", "updateItem"} {
		names = append(names, dynamoOptimized+":"+action)
	}
	for _, action := range slices.Sorted(maps.Keys(d.actions)) {
		names = append(names, dynamoSDK+":"+action)
	}
	return names
}

// Target names the table, or the action when it has several.
func (*DynamoDB) Target(call machine.Call) string {
	if table := call.Input.Get("TableName").Text(); table != "" {
		return dynamoOptimized + ":" + table
	}
	return call.Resource.ARN
}

// Call performs an action. Transactions get the idempotency key as their
// ClientRequestToken unless they have one.
func (d *DynamoDB) Call(ctx context.Context, from express.Place, call machine.Call) machine.Outcome {
	sdk, spelled := call.Resource.Service == dynamoSDK, dynamoErrors[call.Resource.Service]
	if fault := plainRequest(call, d.region, spelled); fault != nil {
		return failed(*fault)
	}
	request := call.Input
	if sdk {
		request = respelled(request, attributeTypes)
	}
	if slices.Contains(dynamoTokens, call.Resource.Action) && !given(request, "ClientRequestToken") {
		request = request.With("ClientRequestToken", value.OfString(onceKey(from, call)))
	}
	e, err := d.actions[call.Resource.Action].perform(ctx, request)
	if err != nil {
		return failed(spelled.refusal(call, err))
	}
	answer, err := e.result()
	if err != nil {
		return failed(spelled.unreachable(err))
	}
	if sdk {
		return succeeded(respelled(answer, sdkTypes))
	}
	var result value.ObjectBuilder
	for i, v := range answer.Elements() {
		result.Put(answer.NameAt(i), v)
	}
	e.put(&result)
	return succeeded(result.Value())
}
