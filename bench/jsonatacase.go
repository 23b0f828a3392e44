package main

// jsonataCase is an expression that both sides evaluate.
type jsonataCase struct {
	Name string `json:"name"`
	Text string `json:"text"`
	// Document is the number of its document.
	Document int `json:"document"`
}

// The documents, by number.
const (
	jsonataLarge = iota // 100 KB
	jsonataSmall        // 1 KB
)

// jsonataPath is the case whose own time is bounded.
const jsonataPath = "path_1kb"

var jsonataCases = []jsonataCase{
	{jsonataPath, `account.orders[1].customer.city`, jsonataSmall},
	{"path", `account.orders[100].customer.city`, jsonataLarge},
	{"every_field", `account.orders.lines.price`, jsonataLarge},
	{"filter", `account.orders[status = 'shipped' and customer.city = 'Porto'].id`, jsonataLarge},
	{"nested_filter", `account.orders.lines[price > 50 and quantity >= 2].sku`, jsonataLarge},
	{"sum", `$sum(account.orders.lines.(price * quantity))`, jsonataLarge},
	{"objects", `account.orders.{'id': id, 'total': $sum(lines.(price * quantity)), 'lines': $count(lines)}`, jsonataLarge},
	{"group_by", `account.orders.lines{product: $sum(quantity)}`, jsonataLarge},
	{"sort", `account.orders^(>customer.city, date).id`, jsonataLarge},
	{"lambdas", `$reduce($map(account.orders, function($o) { $count($o.lines[quantity > 2]) }), function($a, $b) { $a + $b })`, jsonataLarge},
	{"strings", `account.orders.($uppercase(customer.name) & ' <' & $substringBefore(customer.email, '@') & '>')`, jsonataLarge},
	{"regex", `account.orders[$contains(customer.email, /@example\.(com|org)$/)].id`, jsonataLarge},
	{"replace", `account.orders.$replace(id, /order-0*(\d+)/, 'no. $1')`, jsonataLarge},
	{"descendants", `**.sku`, jsonataLarge},
	{"bindings", `account.orders@$o#$i.$o.lines[price > 100].{'row': $i, 'id': $o.id, 'sku': sku}`, jsonataLarge},
	{"parent", `account.orders.lines.{'sku': sku, 'status': %.status}`, jsonataLarge},
	{"transform", `account ~> |orders.lines|{'total': price * quantity}, 'tags'|`, jsonataLarge},
	{"distinct", `$distinct(account.orders.lines.product)`, jsonataLarge},
	{"dates", `account.orders.$fromMillis($toMillis(date), '[D1o] [MNn] [Y0001]')`, jsonataLarge},
	{"numbers", `account.orders.lines.$formatNumber(price, '#,##0.00')`, jsonataLarge},
	{"recursion", `($f := function($n) { $n < 2 ? $n : $f($n - 1) + $f($n - 2) }; $f(15))`, jsonataSmall},
}
