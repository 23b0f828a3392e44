package activities

import (
	"net/http"
	"slices"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// reply is what came with an answer of an AWS service: the results of optimized
// integrations show it.
type reply struct {
	requestID string
	status    int
	headers   http.Header
}

// put adds the reply to a result, as AWS shows it.
func (r reply) put(result *value.ObjectBuilder) {
	all, first := r.headerObjects()
	var metadata value.ObjectBuilder
	metadata.Put("AllHttpHeaders", all)
	metadata.Put("HttpHeaders", first)
	metadata.Put("HttpStatusCode", value.OfInt(int64(r.status)))
	result.Put("SdkHttpMetadata", metadata.Value())
	result.Put("SdkResponseMetadata", value.OfObject(value.Member{Name: "RequestId", Value: value.OfString(r.requestID)}))
}

// headerSpelling gives the headers that AWS does not spell the way net/http
// does.
var headerSpelling = map[string]string{
	"X-Amzn-Requestid":               "x-amzn-RequestId",
	"X-Amzn-Remapped-Content-Length": "x-amzn-Remapped-Content-Length",
	"X-Amz-Crc32":                    "x-amz-crc32",
}

// headerObjects gives the headers with all their values, and with the first of
// each, by name. AWS shows a log result as LogResult only.
func (r reply) headerObjects() (all, first value.Value) {
	names := make([]string, 0, len(r.headers))
	for name := range r.headers {
		if name != http.CanonicalHeaderKey("X-Amz-Log-Result") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var allOf, firstOf value.ObjectBuilder
	for _, name := range names {
		shown := name
		if spelling, ok := headerSpelling[name]; ok {
			shown = spelling
		}
		var values []value.Value
		for _, text := range r.headers[name] {
			values = append(values, value.OfString(text))
		}
		allOf.Put(shown, value.OfArray(values))
		firstOf.Put(shown, value.OfString(r.headers.Get(name)))
	}
	return allOf.Value(), firstOf.Value()
}
