package activities

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRoutedHTTP(t *testing.T) {
	t.Parallel()
	var body, token string
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		body, token = string(text), r.Header.Get("Authorization")
		switch r.URL.Path {
		case "/ok":
			_, _ = io.WriteString(w, `{"done":true}`)
		case "/empty":
			w.WriteHeader(http.StatusNoContent)
		case "/page":
			_, _ = io.WriteString(w, "<html>")
		case "/broke":
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = io.WriteString(w, `{"errorType":"Broke","errorMessage":"no money"}`)
		case "/slow":
			time.Sleep(1500 * time.Millisecond)
		default:
			var status int
			_, _ = fmt.Sscanf(r.URL.Path, "/%d", &status)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "sorry")
		}
	}))
	defer endpoint.Close()
	var routes strings.Builder
	routes.WriteString("routes:\n")
	for _, path := range []string{"ok", "empty", "page", "broke", "slow", "404", "429", "503"} {
		fmt.Fprintf(&routes, "  - function: %q\n    http: {url: %q, headers: {Authorization: t}, timeoutSeconds: 1}\n", path, endpoint.URL+"/"+path)
	}
	routes.WriteString("  - function: nowhere\n    http: {url: 'http://127.0.0.1:1/'}\n")
	r, err := ParseRoutes([]byte(routes.String()), environment)
	require.NoError(t, err)
	s := newCloud(t).lambda(r)

	o := s.Call(context.Background(), from, direct("arn:aws:lambda:us-east-1:123456789012:function:ok", `{"n":1.0}`))
	require.Nil(t, o.Failure)
	assert.Equal(t, `{"done":true}`, o.Output.String())
	assert.Equal(t, `{"n":1.0}`, body)
	assert.Equal(t, "t", token)

	o = s.Call(context.Background(), from, invoking(`{"FunctionName":"ok:live","Payload":1}`))
	require.Nil(t, o.Failure)
	assert.Equal(t, `{"ExecutedVersion":"live","Payload":{"done":true},"SdkHttpMetadata":{`+
		`"AllHttpHeaders":{"Content-Type":["application/json"]},"HttpHeaders":{"Content-Type":"application/json"},"HttpStatusCode":200},`+
		`"SdkResponseMetadata":{"RequestId":"`+requestID(from)+`"},"StatusCode":200}`, o.Output.String())
	assert.Equal(t, "1", body)

	o = s.Call(context.Background(), from, invoking(`{"FunctionName":"empty"}`))
	require.Nil(t, o.Failure)
	assert.Equal(t, "null", o.Output.Get("Payload").String())

	body = "untouched"
	o = s.Call(context.Background(), from, invoking(`{"FunctionName":"ok","InvocationType":"DryRun"}`))
	require.Nil(t, o.Failure)
	assert.Equal(t, "204", o.Output.Get("StatusCode").String())
	assert.Equal(t, "untouched", body)

	for _, c := range []struct{ function, name, cause string }{
		{"broke", "Broke", `{"errorType":"Broke","errorMessage":"no money"}`},
		{"404", "Lambda.Unknown", "status 404 Not Found. Returned payload: sorry"},
		{"429", "Lambda.TooManyRequestsException", "status 429"},
		{"503", "Lambda.ServiceException", "status 503"},
		{"page", "Lambda.Unknown", "not JSON"},
		{"slow", "Lambda.SdkClientException", "deadline exceeded"},
		{"nowhere", "Lambda.SdkClientException", "connection refused"},
		{"elsewhere", "Lambda.ResourceNotFoundException", "Function not found"},
	} {
		o = s.Call(context.Background(), from, invoking(`{"FunctionName":"`+c.function+`"}`))
		require.NotNil(t, o.Failure, c.function)
		assert.Equal(t, c.name, o.Failure.Name(), c.function)
		assert.Contains(t, o.Failure.Cause.Text(), c.cause, c.function)
	}
}
