package program_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const nested = `{"StartAt":"P","Comment":"two\nlines","States":{
	"P":{"Type":"Parallel","Branches":[{"StartAt":"In","States":{"In":{"Type":"Succeed"}}}],"Next":"D"},
	"D":{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"Item","States":{"Item":{"Type":"Pass","End":true}}},"End":true}}}`

func TestStatesAreFoundByName(t *testing.T) {
	p, said := translator.Translate(nested)
	require.NotNil(t, p, translator.Report(nested, said))
	for _, name := range []string{"P", "In", "D"} {
		s, ok := p.State(name)
		require.True(t, ok, name)
		assert.Equal(t, name, s.Name)
	}
	_, ok := p.State("Item")
	assert.False(t, ok, "items run as executions of their own")
	d, _ := p.State("D")
	item, ok := d.Map.Distributed.Item.State("Item")
	require.True(t, ok)
	assert.Same(t, d.Map.Processor.StartAt, item)
}

func TestDigestsNameTheContent(t *testing.T) {
	digest := func(text string, options ...translator.Option) string {
		p, said := translator.Translate(text, options...)
		require.NotNil(t, p, translator.Report(text, said))
		return p.Digest()
	}
	const text = `{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}`
	assert.Equal(t, digest(text), digest("StartAt: A\nStates: {A: {Type: Pass, End: true}}"))
	assert.NotEqual(t, digest(text), digest(text, translator.OfType(program.Express)))
	assert.NotEqual(t, digest(text), digest(`{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}`))
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestDump(t *testing.T) {
	p, _ := translator.Translate(nested)
	var out bytes.Buffer
	require.NoError(t, p.Dump(&out))
	assert.Equal(t, p.String(), out.String())
	assert.Contains(t, out.String(), "# two lines\n")
	require.ErrorContains(t, p.Dump(broken{}), "full")
}
