package wire

import (
	"fmt"
	"strings"
)

// ExecutionID gives the workflow id of an execution.
func ExecutionID(machineName, executionName string) string {
	return machineName + "/" + executionName
}

// MapRunID gives the workflow id of a Map Run from its ARN
// (arn:...:mapRun:<machine>/<label>:<uuid>).
func MapRunID(arn string) string {
	_, id, _ := strings.Cut(arn, ":mapRun:")
	return id
}

// ShardID gives the workflow id of a Map Run's shard.
func ShardID(mapRunID string, number int) string {
	return fmt.Sprintf("%s/shard-%d", mapRunID, number)
}
