package histories

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
)

// recording is one execution: what a file holds.
type recording struct {
	About         string
	ContinueAfter int
	// Fails is a part of the error that the replay of a bad one has to give.
	Fails     string
	Histories []*historypb.History
}

// file is the JSON form of a recording.
type file struct {
	About         string            `json:"about"`
	ContinueAfter int               `json:"continueAfter,omitempty"`
	Fails         string            `json:"fails,omitempty"`
	Histories     []json.RawMessage `json:"histories"`
}

const extension = ".json.gz"

func load(t *testing.T, name string) recording {
	t.Helper()
	packed, err := os.Open(name)
	require.NoError(t, err)
	defer packed.Close()
	unpacked, err := gzip.NewReader(packed)
	require.NoError(t, err)
	text, err := io.ReadAll(unpacked)
	require.NoError(t, err)
	var f file
	require.NoError(t, json.Unmarshal(text, &f))
	r := recording{About: f.About, ContinueAfter: f.ContinueAfter, Fails: f.Fails}
	for _, text := range f.Histories {
		history := &historypb.History{}
		require.NoError(t, temporalproto.CustomJSONUnmarshalOptions{}.Unmarshal(text, history))
		r.Histories = append(r.Histories, history)
	}
	return r
}

// save writes a file that is not there yet.
func (r recording) save(t *testing.T, name string) {
	t.Helper()
	f := file{About: r.About, ContinueAfter: r.ContinueAfter, Fails: r.Fails}
	for _, history := range r.Histories {
		text, err := temporalproto.CustomJSONMarshalOptions{}.Marshal(history)
		require.NoError(t, err)
		f.Histories = append(f.Histories, text)
	}
	text, err := json.Marshal(f)
	require.NoError(t, err)
	var b bytes.Buffer
	pack, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	require.NoError(t, err)
	_, err = pack.Write(text)
	require.NoError(t, err)
	require.NoError(t, pack.Close())
	out, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	require.NoError(t, err)
	_, err = out.Write(b.Bytes())
	require.NoError(t, err)
	require.NoError(t, out.Close())
	t.Logf("%s: %d histories, %d bytes", name, len(r.Histories), b.Len())
}
