package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// TestStrictExecutionsKeepTheLimits: what --strict checks in the definition holds
// while the execution runs, too.
func TestStrictExecutionsKeepTheLimits(t *testing.T) {
	p, said := translator.Translate(`{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}`)
	require.NotNil(t, p, said)
	for _, strict := range []bool{true, false} {
		w := wish{reading: reading{strict: strict}, machine: "m", name: "n"}
		r := w.compose(account{}, &definition{program: p}, value.EmptyObject)
		assert.Equal(t, strict, r.execution.Origin.Strict)
	}
}
