package programs

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

func definition(text string) wire.Definition {
	return wire.Definition{Text: wire.PlainText(text), Type: "STANDARD"}
}

// counting gives a cache and the number of its compilations so far.
func counting(limit int) (*Cache, *atomic.Int32) {
	var n atomic.Int32
	return New(func(d wire.Definition) (*program.Program, error) {
		n.Add(1)
		return program.New(program.Spec{Type: program.Type(d.Type), Root: &program.Machine{}, Definition: d.Text.String()}), nil
	}, limit), &n
}

func TestCompilesOnceForManyAtTheSameTime(t *testing.T) {
	cache, compiled := counting(4)
	var all sync.WaitGroup
	got := make([]*program.Program, 20)
	for i := range got {
		all.Go(func() { got[i], _ = cache.Get(definition("a")) })
	}
	all.Wait()
	assert.EqualValues(t, 1, compiled.Load())
	for _, p := range got {
		assert.Same(t, got[0], p)
	}
}

func TestKeepsTheDefinitionsUsedLast(t *testing.T) {
	cache, compiled := counting(2)
	for _, text := range []string{"a", "b", "a", "c", "a"} {
		p, err := cache.Get(definition(text))
		require.NoError(t, err)
		assert.Equal(t, text, p.Definition())
	}
	assert.EqualValues(t, 3, compiled.Load(), "a stays while b goes")
	_, _ = cache.Get(definition("b"))
	assert.EqualValues(t, 4, compiled.Load(), "b is gone")
	assert.Len(t, cache.entries, 2)
}

func TestTypeLeafAndProcessorMakeADifference(t *testing.T) {
	cache, compiled := counting(8)
	d := definition("a")
	_, _ = cache.Get(d)
	d.Type = "EXPRESS"
	_, _ = cache.Get(d)
	d.Processor = true
	_, _ = cache.Get(d)
	d.Leaf = "child"
	_, _ = cache.Get(d)
	assert.EqualValues(t, 4, compiled.Load())
}

func TestFaults(t *testing.T) {
	fault := errors.New("bad")
	cache := New(func(wire.Definition) (*program.Program, error) { return nil, fault }, 1)
	_, err := cache.Get(definition("a"))
	assert.ErrorIs(t, err, fault)
	_, err = cache.Get(wire.Definition{Text: wire.StagedText("s3://b/k")})
	assert.ErrorContains(t, err, "s3://b/k")
}
