package activities

import (
	"encoding/base64"
	"encoding/json"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
)

const (
	// keyHeader is where HTTP endpoints find the idempotency key (IETF,
	// draft-ietf-httpapi-idempotency-key-header).
	keyHeader = "Idempotency-Key"
	// keyMember is the member of a Lambda function's client context, among those
	// of custom, that has it.
	keyMember = "stepwellIdempotencyKey"
)

// idempotencyKey gives the key of a Call, see [wire.IdempotencyKey].
func idempotencyKey(from express.Place, call machine.Call) string {
	return wire.IdempotencyKey(wire.Caller{Execution: from.ExecutionArn, State: from.State, Effect: from.Effect}, call)
}

// onceKey gives the key for a service that itself performs a request once for each
// key. A Task with a token makes another request with each attempt of its Retry,
// since the token is another one: there the key follows from the token too.
func onceKey(from express.Place, call machine.Call) string {
	key := idempotencyKey(from, call)
	if call.Token != "" {
		return wire.KeyOf(key, call.Token)
	}
	return key
}

// keyContext gives the client context with which a function is told the key: its
// handler finds it as context.clientContext.custom, or what its language makes of
// that (AWS Lambda API, Invoke, "ClientContext").
func keyContext(key string) string {
	text, err := json.Marshal(map[string]any{"custom": map[string]string{keyMember: key}})
	if err != nil {
		panic(err) // strings always can
	}
	return base64.StdEncoding.EncodeToString(text)
}
