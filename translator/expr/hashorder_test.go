package expr_test

import (
	"testing"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/stretchr/testify/assert"
)

func TestHashOrder(t *testing.T) {
	tests := map[string]struct{ names, want []string }{
		"nothing":        {nil, nil},
		"letters":        {[]string{"d", "b", "a", "c"}, []string{"a", "b", "c", "d"}},
		"words":          {[]string{"Question", "Answer"}, []string{"Answer", "Question"}},
		"the same place": {[]string{"BB", "Aa"}, []string{"BB", "Aa"}},
		"a larger table": {
			[]string{"context_object", "execution", "execution_id", "execution_input", "execution_name", "execution_rolearn", "execution_starttime",
				"state", "state_enteredtime", "state_name", "statemachine", "statemachine_id", "statemachine_name"},
			[]string{"execution", "execution_rolearn", "execution_name", "statemachine_id", "execution_id", "execution_input", "execution_starttime",
				"state_name", "state_enteredtime", "statemachine", "state", "context_object", "statemachine_name"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, i := range expr.HashOrder(test.names) {
				got = append(got, test.names[i])
			}
			assert.Equal(t, test.want, got)
		})
	}
}
