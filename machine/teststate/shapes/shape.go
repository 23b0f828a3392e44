package shapes

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

//go:embed shapes.zip
var archive string

// Service is one file of the archive.
type Service struct {
	// Operations gives the shape of each operation's response, "" for none.
	Operations map[string]string `json:"operations"`
	Shapes     map[string]Shape  `json:"shapes"`
}

// Shape is the type of a response or of a part of it.
type Shape struct {
	// Type is structure, list, map, string, timestamp, blob, integer, long,
	// float, double, boolean or document.
	Type string `json:"type"`
	// Required names members that a structure must have.
	Required []string `json:"required,omitempty"`
	// Members gives the shape of each member of a structure.
	Members map[string]string `json:"members,omitempty"`
	// Element is the shape of what a list or map holds.
	Element string `json:"element,omitempty"`
	// Min and Max bound a number, or the length of a string, blob or list.
	Min  *float64 `json:"min,omitempty"`
	Max  *float64 `json:"max,omitempty"`
	Enum []string `json:"enum,omitempty"`
}

// Document is the type of what may be any JSON value.
const Document = "document"

// Response is the shape of the response of one operation.
type Response struct {
	service Service
	shape   string
}

// Find gives the response of an integration's action, such as aws-sdk:s3 and
// getObject. ok is false when nothing is known of it, or its results are not
// those of the service's API.
func Find(integration, action string) (r Response, ok bool) {
	service, sdk := strings.CutPrefix(integration, "aws-sdk:")
	if !sdk {
		name, known := optimized[service]
		if !known {
			return Response{}, false
		}
		service = name
	}
	if r.service, ok = open(service); !ok {
		return Response{}, false
	}
	operation := strings.ToUpper(action[:min(1, len(action))]) + action[min(1, len(action)):]
	r.shape, ok = r.service.Operations[operation]
	return r, ok
}

// optimized names the services behind the optimized integrations. The results
// of those that are missing have a form of their own.
var optimized = map[string]string{
	"athena": "athena", "batch": "batch", "codebuild": "codebuild", "databrew": "databrew",
	"dynamodb": "dynamodb", "ecs": "ecs", "elasticmapreduce": "emr", "emr-containers": "emrcontainers",
	"emr-serverless": "emrserverless", "events": "eventbridge", "glue": "glue", "lambda": "lambda",
	"mediaconvert": "mediaconvert", "sagemaker": "sagemaker", "sns": "sns", "sqs": "sqs", "states": "sfn",
}

func open(service string) (s Service, ok bool) {
	files, err := zip.NewReader(bytes.NewReader([]byte(archive)), int64(len(archive)))
	if err != nil {
		return s, false
	}
	file, err := files.Open(ServiceName(service) + ".json")
	if err != nil {
		return s, false
	}
	defer file.Close()
	return s, json.NewDecoder(file).Decode(&s) == nil
}

// ServiceName gives a service id such as "CloudWatch Logs" as resources of Step
// Functions spell it: cloudwatchlogs.
func ServiceName(id string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, strings.ToLower(id))
}

// Without gives the response without some of its fields.
func (r Response) Without(fields ...string) Response {
	shape := r.service.Shapes[r.shape]
	shape.Members = maps.Clone(shape.Members)
	maps.DeleteFunc(shape.Members, func(member, _ string) bool { return slices.Contains(fields, FieldName(member)) })
	r.service.Shapes = maps.Clone(r.service.Shapes)
	r.service.Shapes[r.shape] = shape
	return r
}
