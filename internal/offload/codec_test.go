package offload

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/encoding/protojson"
)

func askCodec(method, path, body string) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	NewCodecServer().ServeHTTP(answer, httptest.NewRequest(method, path, strings.NewReader(body)))
	return answer
}

func TestCodecServerShowsWhatIsCompressed(t *testing.T) {
	asked, err := NewConverter().ToPayloads("a name", waveOf(100, 10))
	require.NoError(t, err)
	body, err := protojson.Marshal(asked)
	require.NoError(t, err)

	answer := askCodec(http.MethodPost, "/codec/decode", string(body))
	require.Equal(t, http.StatusOK, answer.Code, answer.Body)
	assert.Equal(t, "*", answer.Header().Get("Access-Control-Allow-Origin"))
	var got commonpb.Payloads
	require.NoError(t, protojson.Unmarshal(answer.Body.Bytes(), &got))
	require.Len(t, got.Payloads, 2)
	for i, begins := range []string{`"a name"`, `{"tasks":[{"call":{"input":"0 xxx`} {
		assert.Equal(t, converter.MetadataEncodingJSON, encodingOf(got.Payloads[i]))
		assert.True(t, strings.HasPrefix(string(got.Payloads[i].Data), begins), "%.80s", got.Payloads[i].Data)
	}

	answer = askCodec(http.MethodPost, "/codec/encode", string(body))
	assert.Equal(t, http.StatusOK, answer.Code)
	require.NoError(t, protojson.Unmarshal(answer.Body.Bytes(), &got))
	assert.Equal(t, asked.Payloads[1].Data, got.Payloads[1].Data)
}

func TestCodecServerRefuses(t *testing.T) {
	damaged := `{"payloads": [{"metadata": {"encoding": "anNvbi96c3Rk"}, "data": "AAAA"}]}`
	for name, c := range map[string]struct {
		method, path, body string
		code               int
	}{
		"a browser that asks first": {http.MethodOptions, "/codec/decode", "", http.StatusNoContent},
		"no payloads":               {http.MethodPost, "/codec/decode", "{", http.StatusBadRequest},
		"damaged ones":              {http.MethodPost, "/codec/decode", damaged, http.StatusBadRequest},
		"too many":                  {http.MethodPost, "/codec/decode", strings.Repeat(" ", codecBytes+1), http.StatusBadRequest},
		"another page":              {http.MethodPost, "/codec", "{}", http.StatusNotFound},
		"a read":                    {http.MethodGet, "/codec/decode", "", http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.code, askCodec(c.method, c.path, c.body).Code) })
	}
}
