package wire_test

import (
	"encoding/json"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/stretchr/testify/require"
)

func TestPayloadSizeIsThatOfTheConverter(t *testing.T) {
	for _, text := range []string{`1`, `"a"`, `"<b>&amp;</b>"`, `{"<k>":["&",{"x":">"}],"n":null}`, `"é\n\""`} {
		v, err := value.ParseString(text)
		require.NoError(t, err)
		payload, err := json.Marshal(v)
		require.NoError(t, err)
		require.Equal(t, len(payload), wire.PayloadSize(v), text)
	}
}
