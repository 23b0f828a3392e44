package cel_test

import (
	"sync"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/translator/expr/cel"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestShared: goroutines may share expressions, and compile at the same time.
func TestShared(t *testing.T) {
	texts := []string{
		`states.input.orders.transformMapEntry(i, o, {o.id: o.n + limit})`, `states.input.name + 1`, `states.input.m.q`, `[1, 2].map(x, uuid())`, `'%s'.format([states.input.m])`,
	}
	var shared []*cel.Expression
	for _, text := range texts {
		e, err := cel.Compile(text)
		require.NoError(t, err)
		shared = append(shared, e)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i, text := range texts {
				alone := evaluate(t, text)
				for range 50 {
					v, err := shared[i].Evaluate(env(t, document))
					if err != nil {
						assert.Equal(t, alone, err.Error())
						continue
					}
					assert.Equal(t, alone, v.String())
				}
			}
		})
	}
	wg.Wait()
}
