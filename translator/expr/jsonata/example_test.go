package jsonata_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonata"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

func ExampleCompile() {
	e, _ := jsonata.Compile(`lines[price > 10].{"sku": sku, "total": price * quantity}`, jsonata.Options{})
	input, _ := value.ParseString(`{"lines":[{"sku":"a","price":20,"quantity":2},{"sku":"b","price":5,"quantity":1}]}`)
	v, _ := e.Evaluate(jsonata.Env{Input: input})
	fmt.Println(v)
	// Output: {"sku":"a","total":40}
}

func ExampleCompile_syntaxError() {
	_, err := jsonata.Compile(`lines[price > 10`, jsonata.Options{})
	var fault *jsonata.Error
	if errors.As(err, &fault) {
		fmt.Println(fault.Code, fault.Position, fault)
	}
	// Output: S0203 16 S0203: Expected "]" before end of expression
}

// prices is the variables of a host.
type prices struct{}

func (prices) Variable(name string) (value.Value, bool) {
	if name == "rate" {
		return value.OfFloat(1.25), true
	}
	return value.Value{}, false
}

func ExampleExpression_Evaluate() {
	e, _ := jsonata.Compile(`{"price": $round(price * $rate, 2), "at": $now()}`, jsonata.Options{})
	input, _ := value.ParseString(`{"price": 9.99}`)
	v, _ := e.Evaluate(jsonata.Env{Input: input, Variables: prices{}, Now: time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)})
	fmt.Println(v)
	// Output: {"price":12.49,"at":"2024-02-29T12:00:00.000Z"}
}

func ExampleExpression_Explain() {
	e, _ := jsonata.Compile(`order.customer.adress.city`, jsonata.Options{})
	input, _ := value.ParseString(`{"order":{"customer":{"name":"Ann","address":{"city":"Bern"}}}}`)
	v, _ := e.Evaluate(jsonata.Env{Input: input})
	fmt.Println(v.IsAbsent(), e.Explain(jsonata.Env{Input: input}))
	// Output: true order.customer has no "adress": it is an object with name, address
}

func ExampleOptions_aws() {
	e, _ := jsonata.Compile(`$partition($range(1, 5, 1), 2)`, jsonata.Options{AWS: true})
	v, _ := e.Evaluate(jsonata.Env{})
	fmt.Println(v)
	// Output: [[1,2],[3,4],[5]]
}
