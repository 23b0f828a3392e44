package value_test

import (
	"testing"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func parse(t testing.TB, text string) value.Value {
	t.Helper()
	v, err := value.ParseString(text)
	require.NoError(t, err, text)
	return v
}

func TestTextsComeBackAsTheyWere(t *testing.T) {
	for _, text := range []string{
		`null`, `true`, `1.0`, `1e400`, `-0.0`, `12345678901234567890`, `""`, `"a<b>&\"\\\n\u0001"`, `"é😀"`,
		`[]`, `{}`, `[1,[2,{"z":1,"a":2}]]`, `{"b":1,"a":{"d":null,"c":[]}}`,
	} {
		v := parse(t, text)
		assert.Equal(t, text, v.String())
		assert.Equal(t, len(text), v.Size(), text)
	}
}

func TestMinusZeroIsZero(t *testing.T) {
	assert.Equal(t, `0`, parse(t, `-0`).String())
}

func TestOfDuplicateNamesTheLastStands(t *testing.T) {
	assert.Equal(t, `{"a":3,"b":2}`, parse(t, `{"a":1,"b":2,"a":3}`).String())
}

func TestFaultsAreSyntaxErrors(t *testing.T) {
	for _, text := range []string{``, ` `, `{`, `[1`, `1 2`, `nul`, `{"a"}`, "\"\xff\"", `[1,]`, `01`} {
		_, err := value.ParseString(text)
		var fault *value.SyntaxError
		require.ErrorAs(t, err, &fault, "%q", text)
	}
}

func TestChangesLeaveTheOriginalAlone(t *testing.T) {
	original := parse(t, `{"a":1,"b":2}`)
	changed := original.With("a", value.OfInt(9)).With("c", value.True).With("d", value.False)
	other := original.With("z", value.NullValue)
	assert.Equal(t, `{"a":1,"b":2}`, original.String())
	assert.Equal(t, `{"a":9,"b":2,"c":true,"d":false}`, changed.String())
	assert.Equal(t, `{"a":1,"b":2,"z":null}`, other.String())
	list := parse(t, `[1,2]`)
	assert.Equal(t, `[1,7]`, list.WithElement(1, value.OfInt(7)).String())
	assert.Equal(t, `[1,2,7]`, list.WithElement(2, value.OfInt(7)).String())
	assert.Equal(t, `[1,2]`, list.String())
}

func TestManyMembers(t *testing.T) {
	var b value.ObjectBuilder
	for i := range 100 {
		b.Put(string(rune('A'+i)), value.OfInt(int64(i)))
	}
	b.Put("B", value.OfString("again"))
	v := b.Value()
	assert.Equal(t, 100, v.Len())
	assert.Equal(t, "again", v.Get("B").Text())
	w := v.With("new", value.True)
	assert.True(t, w.Get("new").IsTrue())
	assert.True(t, v.Get("new").IsAbsent())
}

func TestEqual(t *testing.T) {
	assert.True(t, value.Equal(parse(t, `{"a":1,"b":[1.0]}`), parse(t, `{"b":[1],"a":1e0}`)))
	assert.False(t, value.Equal(parse(t, `{"a":1}`), parse(t, `{"a":1,"b":null}`)))
	assert.False(t, value.Equal(parse(t, `[1,2]`), parse(t, `[2,1]`)))
	assert.False(t, value.Equal(value.Value{}, value.NullValue))
}

func TestNumbers(t *testing.T) {
	for text, want := range map[string]int64{"1": 1, "1.0": 1, "1e2": 100, "-7": -7, "9007199254740993": 9007199254740993} {
		n, ok := parse(t, text).Int()
		assert.True(t, ok, text)
		assert.Equal(t, want, n)
	}
	for _, text := range []string{"1.5", "1e300", `"1"`} {
		_, ok := parse(t, text).Int()
		assert.False(t, ok, text)
	}
	assert.Equal(t, "3", value.OfFloat(3).String())
	assert.Equal(t, "0.1", value.OfFloat(0.1).String())
	assert.Equal(t, "1e+21", value.OfFloat(1e21).String())
}

func FuzzParse(f *testing.F) {
	f.Add(`{"a":[1,2.50,"x\u00e9",null,true]}`)
	f.Fuzz(func(t *testing.T, text string) {
		v, err := value.ParseString(text)
		if err != nil {
			var fault *value.SyntaxError
			require.ErrorAs(t, err, &fault)
			return
		}
		again, err := value.ParseString(v.String())
		require.NoError(t, err)
		require.Equal(t, v.String(), again.String())
		require.Equal(t, len(v.String()), v.Size())
		require.True(t, value.Equal(v, again) || v.String() == again.String())
	})
}

func BenchmarkParse(b *testing.B) {
	text := []byte(`{"order":"A-1001","amount":129.95,"lines":[{"sku":"x","n":2},{"sku":"y","n":1}],"paid":true}`)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := value.Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	v := parse(b, `{"order":"A-1001","amount":129.95,"lines":[{"sku":"x","n":2},{"sku":"y","n":1}],"paid":true}`)
	var buffer []byte
	b.ReportAllocs()
	for b.Loop() {
		buffer = v.Append(buffer[:0])
	}
}
