package jsonata_test

import (
	"os"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/testsuite/jsonata/suite"
	"github.com/stretchr/testify/require"
)

const cases = "../../../../shared/cases/jsonata"

func TestReferenceSuite(t *testing.T) {
	if _, err := os.Stat(cases); err != nil {
		t.Skip("the JSONata test suite is not beside this checkout: ", err)
	}
	list, err := suite.Load(cases)
	require.NoError(t, err)
	for _, c := range list {
		if reason := c.Skip(); reason != "" {
			t.Logf("%s skipped: %s", c.ID, reason)
			continue
		}
		if difference := c.Run(); difference != "" {
			t.Errorf("%s: %s\n%s", c.ID, c.Text, difference)
		}
	}
}
