package activities

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// exchange is a request to an AWS service whose protocol is JSON, and what came
// of it. The JSON of the protocol and that of Step Functions are one: so requests
// and answers pass as they are, with what the client's types do not have too
// (AWS, "Supported parameters and data in SDK integrations"; Smithy, "AWS JSON
// 1.0 protocol"). Endpoints, signatures and errors are the client's.
type exchange struct {
	request value.Value
	answer  []byte
	reply
}

// result is the answer as a value.
func (e *exchange) result() (value.Value, error) {
	if len(e.answer) == 0 {
		return value.EmptyObject, nil
	}
	return value.Parse(e.answer)
}

// operation is a method of a client with [plainJSON], without its input.
type operation func(context.Context) error

// operationOf makes an operation of a client's method.
func operationOf[I, O, P any](method func(context.Context, *I, ...func(*P)) (*O, error)) operation {
	return func(ctx context.Context) error {
		_, err := method(ctx, new(I))
		return err
	}
}

type exchangeKey struct{}

// perform sends a request and waits for the answer.
func (o operation) perform(ctx context.Context, request value.Value) (*exchange, error) {
	e := &exchange{request: request}
	return e, o(context.WithValue(ctx, exchangeKey{}, e))
}

// plainJSON is the protocol of a client which sends the request of the exchange
// instead of the method's input, and keeps the answer for it.
type plainJSON struct{ smithyhttp.ClientProtocol }

// SerializeRequest makes the request. A field that the operation does not have is
// an [unknownField]: services drop what they do not know, and nobody would see it.
func (p plainJSON) SerializeRequest(ctx context.Context, schema *smithy.OperationSchema, in smithy.Serializable, r *smithyhttp.Request) error {
	e := ctx.Value(exchangeKey{}).(*exchange)
	if name := unknownIn(schema.Input, e.request); name != "" {
		return unknownField{name}
	}
	if err := p.ClientProtocol.SerializeRequest(ctx, schema, in, r); err != nil {
		return err
	}
	full, err := r.SetStream(bytes.NewReader(e.request.Append(nil)))
	if err == nil {
		*r = *full
	}
	return err
}

// DeserializeResponse keeps an answer. A refusal becomes the client's error.
func (p plainJSON) DeserializeResponse(ctx context.Context, schema *smithy.OperationSchema, types *smithy.TypeRegistry, r *smithyhttp.Response, out smithy.Deserializable) (err error) {
	if r.StatusCode < 200 || r.StatusCode > 299 {
		return p.ClientProtocol.DeserializeResponse(ctx, schema, types, r, out)
	}
	e := ctx.Value(exchangeKey{}).(*exchange)
	e.reply = reply{r.Header.Get("X-Amzn-Requestid"), r.StatusCode, r.Header}
	// What is larger than any result may be is cut off, and refused as broken.
	e.answer, err = io.ReadAll(io.LimitReader(r.Body, wire.StagedLimit+1))
	return err
}

// withoutValidation takes a client's check of the method's input away: the
// service itself tells what is missing.
func withoutValidation(stack *middleware.Stack) error {
	const check = "OperationInputValidation"
	if _, there := stack.Initialize.Get(check); !there {
		return nil
	}
	_, err := stack.Initialize.Remove(check)
	return err
}

// unknownField is a field of a request that the service does not have.
type unknownField struct{ name string }

func (u unknownField) Error() string { return fmt.Sprintf("The field '%s' is not supported", u.name) }

// unknownIn names a field that the shape does not have, "" for none. That a value
// has the wrong type is for the service to say.
func unknownIn(shape *smithy.Schema, v value.Value) string {
	if k := v.Kind(); k != value.Object && k != value.Array {
		return ""
	}
	for i, one := range v.Elements() {
		var within *smithy.Schema
		switch kind := shape.Type(); {
		case kind == smithy.ShapeTypeMap:
			within = shape.MapValue()
		case kind == smithy.ShapeTypeList:
			within = shape.ListMember()
		case v.Kind() == value.Object && (kind == smithy.ShapeTypeStructure || kind == smithy.ShapeTypeUnion):
			if within = shape.Member(v.NameAt(i)); within == nil {
				return v.NameAt(i)
			}
		default:
			return ""
		}
		if name := unknownIn(within, one); name != "" {
			return name
		}
	}
	return ""
}

var errRegion = errors.New("no region is known; set AWS_REGION for the worker")
