package jsonata_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonata"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// document gives an order with so many lines; nine make about 1 KB.
func document(tb testing.TB, lines int) value.Value {
	tb.Helper()
	var b strings.Builder
	b.WriteString(`{"order":{"id":"A-1001","customer":{"name":"Ann","address":{"city":"Bern","zip":"3000"}},"lines":[`)
	for k := range lines {
		if k > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"sku":"sku-%d","name":"Thing %d","price":%d.25,"quantity":%d,"tags":["t%d","new"]}`, k, k, k%50, 1+k%3, k%7)
	}
	b.WriteString(`]},"paid":true}`)
	v, err := value.ParseString(b.String())
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

func BenchmarkEvaluate(b *testing.B) {
	small, large := document(b, 9), document(b, 1000)
	for _, bench := range []struct {
		name, text string
		input      value.Value
	}{
		{"path", `order.customer.address.city`, small},
		{"paths", `order.lines.sku`, small},
		{"predicate", `order.lines[price > 5].sku`, small},
		{"index", `order.lines[-1].price`, small},
		{"variable", `$$.order.lines[0].tags[1]`, small},
		{"object", `{"id": order.id, "city": order.customer.address.city, "paid": paid}`, small},
		{"sum", `$sum(order.lines.(price * quantity))`, large},
		{"map", `$map(order.lines, function($l, $i) { {"n": $i, "sku": $uppercase($l.sku)} })`, large},
		{"filter", `$filter(order.lines, function($l) { $l.price > 20 and "t3" in $l.tags })`, large},
		{"reduce", `$reduce(order.lines.quantity, function($a, $b) { $a + $b })`, large},
		{"group", `order.lines{tags[0]: $sum($.(price * quantity))}`, large},
		{"sort", `order.lines^(>price, sku).sku`, large},
		{"join", `order.lines@$l.$$.order.customer.{"who": name, "what": $l.sku}`, large},
		{"parent", `order.lines.tags.{"tag": $, "sku": %.sku}`, large},
		{"regex", `order.lines[$contains(name, /Thing [0-9]*7/)].sku`, large},
		{"string", `$join(order.lines.(sku & ":" & $string(price)), ",")`, large},
		{"recursion", `($f := function($n) { $n < 2 ? $n : $f($n - 1) + $f($n - 2) }; $f(15))`, small},
	} {
		b.Run(bench.name, func(b *testing.B) {
			e, err := jsonata.Compile(bench.text, jsonata.Options{})
			if err != nil {
				b.Fatal(err)
			}
			env := jsonata.Env{Input: bench.input}
			b.ReportAllocs()
			for b.Loop() {
				if v, err := e.Evaluate(env); err != nil || v.IsAbsent() {
					b.Fatal(v, err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := jsonata.Compile(`order.lines[price > 5].{"sku": sku, "total": $round(price * quantity, 2)}`, jsonata.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
