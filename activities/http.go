package activities

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// httpTarget is an HTTP endpoint that stands in for a Lambda function: it gets
// the payload as a JSON body and answers with the result as a JSON body.
//
// A 2xx answer is the function's result; an empty body is null. Any other
// answer whose body is {"errorType": ..., "errorMessage": ...} is an error of
// the function, as Lambda reports one. Any other failure is the service's:
// Lambda.TooManyRequestsException for 429 and Lambda.ServiceException for
// 502, 503 and 504, which definitions commonly retry, Lambda.Unknown for the
// rest, Lambda.SdkClientException when there was no answer.
type httpTarget struct {
	url     string
	method  string
	headers map[string]string
	// timeout bounds one request; 0 means that the Task alone does.
	timeout time.Duration
}

// host gives scheme, host and port of the URL.
func (t *httpTarget) host() string {
	u, err := url.Parse(t.url)
	if err != nil {
		return t.url
	}
	return u.Scheme + "://" + u.Host
}

// newHTTPClient gives the client for all endpoints. It keeps enough idle
// connections for a wave of calls to one host.
func newHTTPClient() *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Client{Transport: &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dialer.DialContext,
		ForceAttemptHTTP2:   true,
		MaxIdleConns:        8192,
		MaxIdleConnsPerHost: 4096,
		IdleConnTimeout:     90 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second,
	}}
}

// posted is what is sent: the payload, and the Call's idempotency key.
type posted struct {
	payload value.Value
	key     string
}

// invoke sends the payload; the output is the function's result.
func (t *httpTarget) invoke(ctx context.Context, client *http.Client, p posted) machine.Outcome {
	if t.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, t.timeout)
		defer cancel()
	}
	body, status, err := t.send(ctx, client, p)
	if err != nil {
		return failed(machine.Fault("Lambda.SdkClientException", "Unable to execute HTTP request: "+err.Error()))
	}
	if status >= 200 && status < 300 {
		return t.result(body)
	}
	return failed(t.refusal(status, body))
}

func (t *httpTarget) send(ctx context.Context, client *http.Client, p posted) ([]byte, int, error) {
	request, err := http.NewRequestWithContext(ctx, t.method, t.url, bytes.NewReader(p.payload.Append(nil)))
	if err != nil {
		return nil, 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	for name, content := range t.headers {
		request.Header.Set(name, content)
	}
	// Spelled as usual, it would let the transport repeat a POST whose connection
	// broke, again and again. Attempts are the definition's.
	request.Header[strings.ToLower(keyHeader)] = []string{cmp.Or(request.Header.Get(keyHeader), p.key)}
	request.Header.Del(keyHeader)
	response, err := client.Do(request)
	if err != nil {
		return nil, 0, err
	}
	defer response.Body.Close()
	// What is larger than any result may be is cut off here and refused as
	// broken JSON or as too large.
	body, err := io.ReadAll(io.LimitReader(response.Body, wire.StagedLimit+1))
	return body, response.StatusCode, err
}

func (t *httpTarget) result(body []byte) machine.Outcome {
	output, err := parsePayload(body)
	if err != nil {
		return failed(machine.Fault("Lambda.Unknown", fmt.Sprintf(
			"The endpoint %s answered with a body that is not JSON: %v. Returned payload: %s", t.url, err, cutText(string(body), 1024))))
	}
	return succeeded(output)
}

// refusal is the failure for an answer that is not 2xx.
func (t *httpTarget) refusal(status int, body []byte) machine.Failure {
	if payload, err := parsePayload(body); err == nil && payload.Get("errorType").Kind() == value.String {
		return functionFailure(payload, body)
	}
	name := "Lambda.Unknown"
	switch status {
	case http.StatusTooManyRequests:
		name = "Lambda.TooManyRequestsException"
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		name = "Lambda.ServiceException"
	}
	return machine.Fault(name, fmt.Sprintf("The endpoint %s answered with status %d %s. Returned payload: %s",
		t.url, status, http.StatusText(status), cutText(string(body), 1024)))
}
