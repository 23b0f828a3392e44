package cel

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestGuardedFunctionsExist: a guard is for a function that the language has.
func TestGuardedFunctionsExist(t *testing.T) {
	for name := range guards {
		assert.NotNil(t, standard.Functions()[name], name)
		_, err := implementation(name)
		assert.NoError(t, err)
	}
}
