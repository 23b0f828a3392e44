package jsonata

// native is a function of the language.
type native struct {
	name       string
	definition string // of the signature
	// arity is how many arguments it is given by functions that call it for
	// each element; parameters how many it has when some are applied.
	arity, parameters int
	run               func(ev *evaluation, args []item) (item, *Error)
	caller            int  // a number for functions that call others, else 0
	context           bool // it looks at where it is called
	dialect           dialect
	item              item
}

// dialect says where a function exists.
type dialect uint8

const (
	everywhere dialect = iota
	notAWS
	onlyAWS
)

// library is the functions of one dialect. It is never written once made.
type library struct{ table []native }

var (
	referenceLibrary = newLibrary(notAWS)
	awsLibrary       = newLibrary(onlyAWS)
)

func newLibrary(extra dialect) *library {
	l := &library{}
	for _, n := range functions() {
		if n.dialect == everywhere || n.dialect == extra {
			l.table = append(l.table, n)
		}
	}
	for k := range l.table {
		n := &l.table[k]
		s, err := parseSignature(n.definition)
		if err != nil {
			panic("jsonata: signature of $" + n.name)
		}
		n.item = ofFunction(&function{native: n, signature: s, arity: n.arity})
	}
	return l
}

func (l *library) find(name string) *native {
	for k := range l.table {
		if l.table[k].name == name {
			return &l.table[k]
		}
	}
	return nil
}

// callers is the number of functions that call others.
const callers = 11

// functions is the table of all functions: name, signature, arity, parameters.
func functions() []native {
	return []native{
		{name: "sum", definition: "<a<n>:n>", arity: 1, parameters: 1, run: sum},
		{name: "count", definition: "<a:n>", arity: 1, parameters: 1, run: count},
		{name: "max", definition: "<a<n>:n>", arity: 1, parameters: 1, run: largest},
		{name: "min", definition: "<a<n>:n>", arity: 1, parameters: 1, run: smallest},
		{name: "average", definition: "<a<n>:n>", arity: 1, parameters: 1, run: average},

		{name: "string", definition: "<x-b?:s>", arity: 1, parameters: 2, run: stringOf},
		{name: "substring", definition: "<s-nn?:s>", arity: 3, parameters: 3, run: substring},
		{name: "substringBefore", definition: "<s-s:s>", arity: 2, parameters: 2, run: substringBefore},
		{name: "substringAfter", definition: "<s-s:s>", arity: 2, parameters: 2, run: substringAfter},
		{name: "lowercase", definition: "<s-:s>", arity: 1, parameters: 1, run: lowercase},
		{name: "uppercase", definition: "<s-:s>", arity: 1, parameters: 1, run: uppercase},
		{name: "length", definition: "<s-:n>", arity: 1, parameters: 1, run: length},
		{name: "trim", definition: "<s-:s>", arity: 1, parameters: 1, run: trim},
		{name: "pad", definition: "<s-ns?:s>", arity: 3, parameters: 3, run: pad},
		{name: "match", definition: "<s-f<s:o>n?:a<o>>", arity: 3, parameters: 3, run: match, caller: 1},
		{name: "contains", definition: "<s-(sf):b>", arity: 2, parameters: 2, run: contains, caller: 2},
		{name: "replace", definition: "<s-(sf)(sf)n?:s>", arity: 4, parameters: 4, run: replace, caller: 3},
		{name: "split", definition: "<s-(sf)n?:a<s>>", arity: 3, parameters: 3, run: split, caller: 4},
		{name: "join", definition: "<a<s>s?:s>", arity: 2, parameters: 2, run: join},
		{name: "base64encode", definition: "<s-:s>", arity: 1, parameters: 1, run: base64Encode},
		{name: "base64decode", definition: "<s-:s>", arity: 1, parameters: 1, run: base64Decode},
		{name: "encodeUrlComponent", definition: "<s-:s>", arity: 1, parameters: 1, run: encodeURLComponent},
		{name: "encodeUrl", definition: "<s-:s>", arity: 1, parameters: 1, run: encodeURL},
		{name: "decodeUrlComponent", definition: "<s-:s>", arity: 1, parameters: 1, run: decodeURLComponent},
		{name: "decodeUrl", definition: "<s-:s>", arity: 1, parameters: 1, run: decodeURL},

		{name: "formatNumber", definition: "<n-so?:s>", arity: 3, parameters: 3, run: formatNumber},
		{name: "formatBase", definition: "<n-n?:s>", arity: 2, parameters: 2, run: formatBase},
		{name: "formatInteger", definition: "<n-s:s>", arity: 2, parameters: 2, run: formatInteger},
		{name: "parseInteger", definition: "<s-s:n>", arity: 2, parameters: 2, run: parseInteger},
		{name: "number", definition: "<(nsb)-:n>", arity: 1, parameters: 1, run: numberOf},
		{name: "floor", definition: "<n-:n>", arity: 1, parameters: 1, run: floor},
		{name: "ceil", definition: "<n-:n>", arity: 1, parameters: 1, run: ceil},
		{name: "round", definition: "<n-n?:n>", arity: 2, parameters: 2, run: round},
		{name: "abs", definition: "<n-:n>", arity: 1, parameters: 1, run: abs},
		{name: "sqrt", definition: "<n-:n>", arity: 1, parameters: 1, run: sqrt},
		{name: "power", definition: "<n-n:n>", arity: 2, parameters: 2, run: power},
		{name: "random", definition: "<:n>", run: random, dialect: notAWS},

		{name: "boolean", definition: "<x-:b>", arity: 1, parameters: 1, run: booleanOf},
		{name: "not", definition: "<x-:b>", arity: 1, parameters: 1, run: not},
		{name: "exists", definition: "<x:b>", arity: 1, parameters: 1, run: exists},
		{name: "type", definition: "<x:s>", arity: 1, parameters: 1, run: typeOf},
		{name: "error", definition: "<s?:x>", arity: 1, parameters: 1, run: raise},
		{name: "assert", definition: "<bs?:x>", arity: 2, parameters: 2, run: assertion},

		{name: "map", definition: "<af>", arity: 2, parameters: 2, run: mapEach, caller: 5},
		{name: "filter", definition: "<af>", arity: 2, parameters: 2, run: filter, caller: 6},
		{name: "single", definition: "<af?>", arity: 2, parameters: 2, run: onlyOne, caller: 7},
		{name: "reduce", definition: "<afj?:j>", arity: 3, parameters: 3, run: reduce, caller: 8},
		{name: "sift", definition: "<o-f?:o>", arity: 2, parameters: 2, run: sift, caller: 9},
		{name: "each", definition: "<o-f:a>", arity: 2, parameters: 2, run: each, caller: 10},
		{name: "sort", definition: "<af?:a>", arity: 2, parameters: 2, run: sorted, caller: 11},
		{name: "zip", definition: "<a+>", run: zip},
		{name: "append", definition: "<xx:a>", arity: 2, parameters: 2, run: appendTo},
		{name: "reverse", definition: "<a:a>", arity: 1, parameters: 1, run: reverse},
		{name: "shuffle", definition: "<a:a>", arity: 1, parameters: 1, run: shuffle},
		{name: "distinct", definition: "<x:x>", arity: 1, parameters: 1, run: distinct},

		{name: "keys", definition: "<x-:a<s>>", arity: 1, parameters: 1, run: keys},
		{name: "lookup", definition: "<x-s:x>", arity: 2, parameters: 2, run: lookupName},
		{name: "spread", definition: "<x-:a<o>>", arity: 1, parameters: 1, run: spread},
		{name: "merge", definition: "<a<o>:o>", arity: 1, parameters: 1, run: merge},
		{name: "clone", definition: "<(oa)-:o>", arity: 1, parameters: 1, run: clone},

		{name: "toMillis", definition: "<s-s?:n>", arity: 2, parameters: 2, run: toMillis},
		{name: "fromMillis", definition: "<n-s?s?:s>", arity: 3, parameters: 3, run: fromMillis},
		{name: "now", definition: "<s?s?:s>", arity: 2, parameters: 2, run: now},
		{name: "millis", definition: "<:n>", run: millis},

		{name: "eval", definition: "<sx?:x>", arity: 2, parameters: 2, run: evaluateText, context: true, dialect: notAWS},

		{name: "random", definition: "<n?:n>", arity: 1, parameters: 1, run: random, dialect: onlyAWS},
		{name: "partition", definition: "<an:a>", arity: 2, parameters: 2, run: partition, dialect: onlyAWS},
		{name: "range", definition: "<nnn:a>", arity: 3, parameters: 3, run: rangeOf, dialect: onlyAWS},
		{name: "hash", definition: "<s-s:s>", arity: 2, parameters: 2, run: hash, dialect: onlyAWS},
		{name: "uuid", definition: "<:s>", run: uuid, dialect: onlyAWS},
		{name: "parse", definition: "<s-:x>", arity: 1, parameters: 1, run: parseJSON, dialect: onlyAWS},
	}
}

// argument gives an argument, undefined when it is not there.
func argument(args []item, k int) item {
	if k < len(args) {
		return args[k]
	}
	return item{}
}
