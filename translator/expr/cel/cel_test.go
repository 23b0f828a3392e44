package cel_test

import (
	"strings"
	"testing"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/cel"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// document is what the tests look at: states, and a variable.
const document = `{
	"states": {"input": {
		"z": 1, "a": 2.50, "m": {"y": 1, "b": [1, 2.0, "x", null, true], "e": {}},
		"orders": [{"id": "o1", "n": 3, "price": 2.5}, {"id": "o2", "n": 1, "price": 10}, {"id": "o3", "n": 2, "price": 4}],
		"name": "Ada", "when": "2024-02-29T12:00:00.5Z", "big": 12345678901234567890, "huge": 1e400, "a-b": {"c d": 7}, "none": null
	}},
	"limit": 2, "list": [7]
}`

func env(t testing.TB, text string) cel.Env {
	v, err := value.ParseString(text)
	require.NoError(t, err)
	return cel.Env{
		Variables: expr.Fixed{Variables: v},
		Now:       time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC),
		Random:    &expr.Random{Seed: 7},
	}
}

// evaluate gives the JSON text of the result, "absent", or the error.
func evaluate(t testing.TB, text string) string {
	e, err := cel.Compile(text)
	if err != nil {
		return err.Error()
	}
	v, err := e.Evaluate(env(t, document))
	switch {
	case err != nil:
		return err.Error()
	case v.IsAbsent():
		return "absent"
	}
	return v.String()
}

func TestExpressions(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		// What passes through stays as it is written, in its order.
		{`states.input.m`, `{"y":1,"b":[1,2.0,"x",null,true],"e":{}}`},
		{`states.input.m.b`, `[1,2.0,"x",null,true]`},
		{`states.input["m"]["y"]`, `1`},
		{"states.input.`a-b`[\"c d\"]", `7`},
		{`states.input.none`, `null`}, {`states.input.a`, `2.50`}, {`states.input.huge`, `1e400`}, {`states.input.m.b[1]`, `2.0`}, {`limit`, `2`},
		{`[states.input.m, states.input.z]`, `[{"y":1,"b":[1,2.0,"x",null,true],"e":{}},1]`},
		// Numbers are what CEL makes of their literals.
		{`states.input.z + 1`, `2`},
		{`states.input.a * 2.0`, `5`},
		{`type(states.input.z) == int && type(states.input.a) == double && type(states.input.big) == double`, `true`},
		{`states.input.z == 1.0 && states.input.a > 2`, `true`},
		{`double(states.input.z) * 1.5`, `1.5`},
		{`7 / 2`, `3`}, {`7.0 / 2.0`, `3.5`}, {`18446744073709551615u`, `18446744073709551615`}, {`1e21`, `1e+21`}, {`-0.0`, `0`},
		{`list[0] + 1`, `8`}, {`type(list) == type([]) && type(1) == int`, `true`},
		// All types leave as JSON.
		{`null`, `null`}, {`true`, `true`}, {`'é😀'`, `"é😀"`}, {`b'abc'`, `"YWJj"`},
		{`timestamp(states.input.when)`, `"2024-02-29T12:00:00.5Z"`},
		{`timestamp(states.input.when) + duration('1h30m')`, `"2024-02-29T13:30:00.5Z"`},
		{`duration('1h30m')`, `"5400s"`},
		{`timestamp(states.input.when).getHours('+02:00')`, `14`},
		{`timestamp(states.input.when).getHours()`, `12`},
		// Maps keep the order in which they are written.
		{`{'z': 1, 'y': 2, 'x': {'w': 3, 'a': 4}, 'b': 5}`, `{"z":1,"y":2,"x":{"w":3,"a":4},"b":5}`},
		{`{'z': 1, 'a': 2, 'z': 3}`, `{"z":3,"a":2}`},
		{`{1: 'a', true: 'b', 2u: 'c'}[2]`, `"c"`},
		{`dyn({'a': 1}) == {'a': 1.0} && {'a': 1, 'b': states.input.m} == {'b': states.input.m, 'a': 1}`, `true`},
		{`cel.bind(x, {}, x)`, `{}`}, {`cel.bind(m, {'b': 1, 'a': 2}, m)`, `{"b":1,"a":2}`},
		{`states.input.map(k, k)`, `["z","a","m","orders","name","when","big","huge","a-b","none"]`},
		{`states.input.m.filter(k, k != 'b')`, `["y","e"]`},
		{`states.input.m.transformList(k, v, k)`, `["y","b","e"]`},
		{`states.input.m.transformMap(k, v, k + '!')`, `{"y":"y!","b":"b!","e":"e!"}`},
		{`states.input.m.transformMap(k, v, k != 'b', v)`, `{"y":1,"e":{}}`},
		{`states.input.orders.transformMapEntry(i, o, {o.id: o.n})`, `{"o1":3,"o2":1,"o3":2}`},
		{`states.input.orders.transformMapEntry(i, o, o.n > 1, {o.id: o.n})`, `{"o1":3,"o3":2}`},
		{`[1, 2].transformMap(i, v, v * v)[1]`, `4`},
		{`[1, 2].transformMapEntry(i, v, {'same': v})`, `EVALUATION: the key same comes twice`},
		// Comprehensions and extensions.
		{`states.input.orders.filter(o, o.n >= limit).map(o, o.id)`, `["o1","o3"]`},
		{`states.input.orders.exists(o, o.price == 10)`, `true`},
		{`states.input.orders.sortBy(o, o.n).map(o, o.id)`, `["o2","o3","o1"]`},
		{`states.input.orders + [{'id': 'o4'}]`, `[{"id":"o1","n":3,"price":2.5},{"id":"o2","n":1,"price":10},{"id":"o3","n":2,"price":4},{"id":"o4"}]`},
		{`([1] + states.input.m.b)[1]`, `1`},
		{`'banana'.replace('a', 'oo', 2) + 'aa'.replace('a', 'b')`, `"boonoonabb"`}, {`[3, 1, 2].sort()`, `[1,2,3]`}, {`[[1], [2, [3]]].flatten()`, `[1,2,[3]]`},
		{`[1, 2] != [1, 3] && dyn([1]) == [1.0] && dyn(1) != 'a' && {'a': [1]} == {'a': [1]}`, `true`}, {`sets.equivalent([1, 2], [2, 1]) && sets.intersects([1], [1, 2])`, `true`},
		{`['a', 'b'].join() + dyn(states.input.m.b).map(x, 'c').join('/')`, `"abc/c/c/c/c"`},
		{`'x' in states.input.m.b && 'y' in states.input.m && !('q' in states.input.m)`, `true`},
		{`states.input.m.b == [1, 2, 'x', null, true]`, `true`},
		{`size(states.input.orders) + size(states.input.m) + states.input.name.size()`, `9`},
		{`'Hello %s, %d'.format([states.input.name, limit])`, `"Hello Ada, 2"`},
		{`'%s'.format([states.input.m])`, `"{b: [1, 2, x, null, true], e: {}, y: 1}"`},
		{`['b', 'a'].sort().join('-')`, `"a-b"`}, {`'a,b'.split(',')`, `["a","b"]`},
		{`math.greatest(1, 2.5)`, `2.5`}, {`lists.range(3)`, `[0,1,2]`}, {`[1, 1, 2].distinct()`, `[1,2]`},
		{`sets.contains([1, 2], [2])`, `true`}, {`base64.encode(b'hi')`, `"aGk="`},
		{`regex.replace('a1b2', '[0-9]', '_')`, `"a_b_"`}, {`'abc'.matches('^a.c$')`, `true`},
		{`json.decode('{"b":1.0,"a":[]}')`, `{"b":1.0,"a":[]}`}, {`json.encode({'b': states.input.a, 'a': [null]})`, `"{\"b\":2.5,\"a\":[null]}"`},
		// What may be missing.
		{`has(states.input.m.y) && !has(states.input.m.q)`, `true`},
		{`states.input.?q.?r.orValue('none')`, `"none"`}, {`states.input.?z.orValue(0)`, `1`}, {`states.input.?q`, `absent`}, {`states.input.?z`, `1`},
		{`{?'q': states.input.?q, ?'z': states.input.?z}`, `{"z":1}`}, {`[?states.input.?q, 1]`, `[1]`},
		// Time and chance come from the environment.
		{`now()`, `"2024-02-29T12:00:00Z"`}, {`now() - timestamp('2024-02-29T11:00:00Z') == duration('3600s')`, `true`},
		{`[1, 2, 3].map(x, uuid()).distinct().size()`, `3`},
		{`random() != random() && random() < 1.0`, `true`},
		// Names that an expression binds hide variables.
		{`[7].map(limit, limit)`, `[7]`}, {`cel.bind(states, 3, states)`, `3`}, {`[1].map(x, limit + x)`, `[3]`},
	} {
		assert.Equal(t, c.want, evaluate(t, c.text), c.text)
	}
}

func TestFailures(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`missing`, `MISSING: there is no variable missing`},
		{`missing.a`, `MISSING: there is no variable missing`},
		{`states.input.m.q`, `MISSING: states.input.m has no member q; it has y, b, e`},
		{`states.input.m.q.r.s`, `MISSING: states.input.m has no member q; it has y, b, e`},
		{`states.input.m.e.q`, `MISSING: states.input.m.e has no member q; it has none`},
		{`states.input.name.first`, `MISSING: states.input.name is a string, which has no member first`},
		{`states.input.none.first`, `MISSING: states.input.none is null, which has no member first`},
		{`states.input.orders[3].id`, `MISSING: states.input.orders has no element 3; it has 3`},
		{`states.input.orders[0].total`, `MISSING: states.input.orders[0] has no member total; it has id, n, price`},
		{`states.input["q"]`, `MISSING: states.input has no member q; it has z, a, m, orders, name, when, big, huge, a-b, none`},
		{`states.input.orders.map(o, o.total)`, `MISSING: no such key: total in o.total`},
		{`1 / 0`, `EVALUATION: division by zero`},
		{`states.input.z + states.input.a`, `EVALUATION: no such overload: an operator`},
		{`states.input.name + 1`, `EVALUATION: no such overload`},
		{`[states.input.huge]`, `EVALUATION: the number 1e400 is out of range`},
		{`timestamp(states.input.name)`, `EVALUATION: `},
		{`json.decode(states.input.name)`, `EVALUATION: not a JSON value: `},
		{`{states.input.m: 1}`, `EVALUATION: a key of a map is a string, a bool or a whole number, not of type 'map'`},
		{`0.0 / 0.0`, `RESULT: the number NaN is no JSON value`},
		{`1.0 / 0.0`, `RESULT: the number +Inf is no JSON value`},
		{`{1: 2}`, `RESULT: a map with a key that is no string is no JSON value`},
		{`[type(limit)]`, `RESULT: a value of type 'type' is no JSON value`},
		{`[optional.none()]`, `RESULT: a value of type 'optional_type' is no JSON value`},
		{`lists.range(90000).map(x, lists.range(90000).map(y, x * y))`, `COST: the evaluation costs too much`},
		{doubled(30), `SIZE: the result is too large`},
		{strings.Replace(doubled(40), strings.Repeat("x", 41)+")", strings.Repeat("x", 41)+" == "+strings.Repeat("x", 41)+")", 1), `COST: `},
		{`cel.bind(s, lists.range(50000).map(x, 'aa').join(), s.replace('a', s))`, `COST: `},
		{`cel.bind(s, lists.range(50000).map(x, 'aa').join(), regex.replace(s, 'a', s))`, `COST: `},
		{`cel.bind(s, lists.range(50000).map(x, 'aa').join(), s.split('').join(s))`, `COST: `},
		{`cel.bind(s, lists.range(50000).map(x, 'aa').join(), '%s'.format([lists.range(50000).map(x, s)]))`, `COST: `},
		{`lists.range(50000).distinct()`, `COST: `},
		{`sets.contains(lists.range(50000), lists.range(50000))`, `COST: `},
	} {
		got := evaluate(t, c.text)
		assert.True(t, strings.HasPrefix(got, c.want), "%s\n%s", c.text, got)
	}
}

// doubled is a short text with a result of 2^n elements.
func doubled(n int) string {
	text := "x" + strings.Repeat("x", n)
	for i := n; i > 0; i-- {
		name, inner := "x"+strings.Repeat("x", i), "x"+strings.Repeat("x", i-1)
		text = "cel.bind(" + name + ", [" + inner + ", " + inner + "], " + text + ")"
	}
	return "cel.bind(x, 'long text', " + text + ")"
}

// TestRefused: what is wrong whatever the data is told when it is compiled, at
// its place.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		text   string
		offset int
		want   string
	}{
		{`1 +`, 3, `mismatched input '<EOF>'`},
		{`1 + 'a'`, 2, `there is no '+' of (int, string)`},
		{"'é😀' +\n  nothing(1)", 13, `undeclared reference to 'nothing'`},
		{`states.input.x ? 1 : unknown.of(2)`, 29, `undeclared reference to 'of'`},
		{`google.protobuf.Value{number_value: 1.0}`, 21, `there are no messages such as google.protobuf.Value`},
		{`{1.5: 1}`, 1, `a key of a map is`},
		{`timestamp('nonsense')`, 0, ``},
		{`now().getHours('Europe/Berlin')`, 15, `a time zone is written as an offset`},
		{`now().getHours(states.input.zone)`, 27, `a time zone is written as an offset`},
		{`now().getHours('Local')`, 15, `a time zone is written as an offset`},
		{`type(1)`, 0, `the result is a type`},
		{`[1].transformMap(a.b, c, 1)`, 18, `argument must be a simple name`},
		{``, 0, ``},
		{strings.Repeat("(", 200) + "1" + strings.Repeat(")", 200), 0, ``},
		{strings.Repeat("1+", 60_000) + "1", 0, ``},
	} {
		_, err := cel.Compile(c.text)
		var fault *cel.Error
		if assert.ErrorAs(t, err, &fault, c.text) {
			assert.Equal(t, cel.CodeSyntax, fault.Code)
			assert.Contains(t, fault.Message, c.want, c.text)
			if c.want != "" {
				assert.Equal(t, c.offset, fault.Offset, "%s\n%s", c.text, fault.Message)
			}
		}
	}
}

func TestKinds(t *testing.T) {
	for text, want := range map[string]value.Kind{
		`1 == 1`: value.Bool, `1`: value.Number, `1u`: value.Number, `1.5`: value.Number, `'a'`: value.String, `now()`: value.String, `duration('1s')`: value.String,
		`b''`: value.String, `[1]`: value.Array, `{}`: value.Object, `null`: value.Null, `states.input`: value.Absent, `states.input.?a`: value.Absent,
		`states.input.a > 1`: value.Bool, `true ? limit : 1`: value.Absent, `size(limit)`: value.Number, `[1].map(x, x)[0]`: value.Number,
	} {
		e, err := cel.Compile(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, e.Kind(), text)
	}
}

func TestUses(t *testing.T) {
	for text, want := range map[string][]cel.Use{
		`1`:                             nil,
		`states.input.a + limit`:        {{"states", "input", 0}, {"limit", "", 17}},
		`states["result"]`:              {{"states", "result", 0}},
		`has(states.errorOutput.x)`:     {{"states", "errorOutput", 4}},
		`states.?result.orValue(1)`:     {{"states", "result", 0}},
		`states[limit]`:                 {{"states", "", 0}, {"limit", "", 7}},
		`[m].map(states, states.x)`:     {{"m", "", 1}},
		`'é' + states.result`:           {{"states", "result", 7}},
		`[states.input].map(x, [x, y])`: {{"states", "input", 1}, {"y", "", 26}},
		`math.greatest(1, a)`:           {{"a", "", 17}},
		`type(x) == int`:                {{"x", "", 5}, {"int", "", 11}},
		`cel.bind(a, b, a + c)`:         {{"b", "", 12}, {"c", "", 19}},
		`now() > timestamp(t)`:          {{"t", "", 18}},
		`.a`:                            {{"a", "", 1}},
	} {
		e, err := cel.Compile(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, e.Uses(), text)
	}
}

// TestTheSameBytes: what would be in the random order of a Go map is in the
// order of the text or of the document, however often it is computed.
func TestTheSameBytes(t *testing.T) {
	for _, text := range []string{
		`states.input.map(k, k)`,
		`states.input.transformMap(k, v, k)`,
		`states.input.transformList(k, v, [k, v == null])`,
		`states.input.orders.transformMapEntry(i, o, {o.id: o, o.id + '!': i})`,
		`{'z': 1, 'y': {'b': 1, 'a': 2, 'd': 3, 'c': 4}, 'x': 3, 'w': 4, 'v': 5}`,
		`{'z': 1, 'y': 2, 'x': 3, 'w': 4}.map(k, k)`,
		`cel.bind(m, {'z': 1, 'y': 2, 'x': 3, 'w': 4}, m.transformMap(k, v, v + 1))`,
		`'%s %s'.format([{'z': 1, 'y': 2, 'x': 3, 'w': 4}, states.input.m])`,
		`json.encode({'z': 1, 'y': 2, 'x': 3, 'w': 4})`,
		`[uuid(), string(random())]`,
		`{'z': 1, 'y': 2, 'x': 3}.transformList(k, v, k + uuid())`,
		`{'z': 0, 'y': 0, 'x': 1}.all(k, v, 1 / v > 0)`,
	} {
		first := evaluate(t, text)
		for range 200 {
			require.Equal(t, first, evaluate(t, text), text)
		}
	}
}
