package asl_test

import (
	"testing"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/stretchr/testify/assert"
)

func TestResources(t *testing.T) {
	const no = asl.Unknown
	for _, c := range []struct {
		arn, service, action, pattern, version, name string
		support                                      asl.Support
	}{
		{"arn:aws:lambda:eu-west-1:123456789012:function:Price", "lambda", "function", asl.RequestResponse, "", "Price", asl.Implemented},
		{"arn:aws-cn:lambda:cn-north-1:123456789012:function:Price:$LATEST", "lambda", "function", asl.RequestResponse, "", "Price:$LATEST", asl.Implemented},
		{"arn:aws:lambda:::function:Price", "lambda", "function", asl.RequestResponse, "", "Price", asl.Implemented},
		{"arn:aws:states:::lambda:invoke", "lambda", "invoke", asl.RequestResponse, "", "", asl.Implemented},
		{"arn:aws:states:eu-west-1:123456789012:lambda:invoke", "lambda", "invoke", asl.RequestResponse, "", "", asl.Implemented},
		{"arn:aws:states:::lambda:invoke.waitForTaskToken", "lambda", "invoke", asl.Callback, "", "", asl.Implemented},
		{"arn:aws:states:::lambda:invoke.sync", "lambda", "invoke", asl.Sync, "", "", no},
		{"arn:aws:states:::states:startExecution.sync:2", "states", "startExecution", asl.Sync, "2", "", asl.Planned},
		{"arn:aws:states:::ecs:runTask.sync", "ecs", "runTask", asl.Sync, "", "", asl.Planned},
		{"arn:aws:states:::ecs:runTask.sync:2", "ecs", "runTask", asl.Sync, "2", "", no},
		{"arn:aws:states:eu-west-1:123456789012:activity:Approve", "states", "activity", asl.Activity, "", "Approve", asl.Planned},
		{"arn:aws:states:::aws-sdk:s3:getObject", "aws-sdk:s3", "getObject", asl.RequestResponse, "", "", asl.Planned},
		{"arn:aws:states:::aws-sdk:s3:getObject.waitForTaskToken", "aws-sdk:s3", "getObject", asl.Callback, "", "", asl.Planned},
		{"arn:aws:states:::aws-sdk:s3:getObject.sync", "aws-sdk:s3", "getObject", asl.Sync, "", "", no},
		{"arn:aws:states:::aws-sdk:S3:GetObject", "aws-sdk:S3", "GetObject", asl.RequestResponse, "", "", no},
		{"arn:aws:states:::dynamodb:putItem", "dynamodb", "putItem", asl.RequestResponse, "", "", asl.Implemented},
		{"arn:aws:states:::temporal:executeActivity.sync", "temporal", "executeActivity", asl.Sync, "", "", asl.Planned},
		{"arn:aws:states:::aws-sdk:dynamodb:query", "aws-sdk:dynamodb", "query", asl.RequestResponse, "", "", asl.Implemented},
		{"arn:aws:states:::aws-sdk:dynamodb:createTable", "aws-sdk:dynamodb", "createTable", asl.RequestResponse, "", "", asl.Planned},
		{"arn:aws:states:::sqs:sendMessage.waitForTaskToken", "sqs", "sendMessage", asl.Callback, "", "", asl.Implemented},
		{"arn:aws:states:::sqs:sendMessage", "sqs", "sendMessage", asl.RequestResponse, "", "", asl.Implemented},
		{"arn:aws:states:::dynamodb:query", "dynamodb", "query", asl.RequestResponse, "", "", no},
		{"arn:aws:states:::athena:startQueryExecution.sync", "athena", "startQueryExecution", asl.Sync, "", "", asl.Planned},
		{"arn:aws:states:::http:invoke", "http", "invoke", asl.RequestResponse, "", "", asl.Planned},
		{"arn:aws:states:::temporal:executeActivity", "temporal", "executeActivity", asl.RequestResponse, "", "", asl.Implemented},
		{"arn:aws:states:::temporal:executeWorkflow.sync", "temporal", "executeWorkflow", asl.Sync, "", "", asl.Implemented},
		{"arn:aws:states:::nonsense:do", "nonsense", "do", asl.RequestResponse, "", "", no},
	} {
		r, ok := asl.ParseResource(c.arn)
		assert.True(t, ok, c.arn)
		assert.Equal(t, asl.Resource{ARN: c.arn, Service: c.service, Action: c.action, Pattern: c.pattern, Version: c.version, Name: c.name}, r, c.arn)
		assert.Equal(t, c.support, r.Support(), c.arn)
	}
	for _, text := range []string{
		"", "lambda:invoke", "arn:aws:states:::", "arn:aws:states:::lambda", "arn:aws:states:::lambda:invoke.later", "arn:aws:states:::lambda:invoke.sync:3",
		"arn:aws:states:::sqs:sendMessage.waitForTaskToken:2", "arn:aws:s3:::bucket:x", "arn:aws:states:::a:b:c", "arn:aws:lambda:r:1:function:a:b:c", "arn:aws:states:::lambda:in voke", "arn:aws:states:r:1:activity:",
	} {
		_, ok := asl.ParseResource(text)
		assert.False(t, ok, text)
	}
}
