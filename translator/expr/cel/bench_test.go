package cel_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/cel"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/stretchr/testify/require"
)

// orders gives an order with some lines, a kilobyte for nine.
func orders(b *testing.B, lines int) cel.Env {
	var text []string
	for i := range lines {
		text = append(text, fmt.Sprintf(`{"sku":"sku-%d","name":"Thing %d","price":%d.5,"quantity":%d,"tags":["t%d"]}`, i, i, i%31, i%5+1, i%7))
	}
	v, err := value.ParseString(`{"states":{"input":{"order":{"id":"o1","customer":{"name":"Ada","address":{"city":"London"}},"lines":[` + strings.Join(text, ",") + `]},"paid":true}}}`)
	require.NoError(b, err)
	return cel.Env{Variables: expr.Fixed{Variables: v}}
}

func BenchmarkEvaluate(b *testing.B) {
	small, large := orders(b, 9), orders(b, 1000)
	for _, bench := range []struct {
		name, text string
		env        cel.Env
	}{
		{"path", `states.input.order.customer.address.city`, small},
		{"condition", `states.input.paid && states.input.order.lines.size() > 3`, small},
		{"filter", `states.input.order.lines.filter(l, l.price > 5.0).map(l, l.sku)`, small},
		{"object", `{'id': states.input.order.id, 'city': states.input.order.customer.address.city, 'paid': states.input.paid}`, small},
		{"filter of 1000", `states.input.order.lines.filter(l, l.price > 5.0).map(l, l.sku)`, large},
		{"map of 1000", `states.input.order.lines.transformMapEntry(i, l, {l.sku: l.price * double(l.quantity)})`, large},
	} {
		b.Run(bench.name, func(b *testing.B) {
			e, err := cel.Compile(bench.text)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Evaluate(bench.env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := cel.Compile(`states.input.order.lines.filter(l, l.price > 5.0).map(l, {'sku': l.sku, 'total': l.price * double(l.quantity)})`); err != nil {
			b.Fatal(err)
		}
	}
}
